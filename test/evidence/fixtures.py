"""Every fixture on real PyTorch, before and after its fix: how far results and module state move from plain.

Reads from standard input, as fixtures-main.ts writes it: name, source before, source after. Sizes go by parameter names.
"""

import inspect
import json
import math
import os
import sys
import types

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx2")

import torch
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
from environments import NEWER_POW, Environment, environments, record  # noqa: E402

torch.set_num_threads(1)

WIDTH = 32
LENGTH = 4096
# What forward is called with after that: more than construction prepared for.
LONGER = 5000
SIZES = {
    **dict.fromkeys(("dim", "head_dim", "width", "embed_dim", "d_model"), WIDTH),
    **dict.fromkeys(("length", "max_length", "num_positions", "extent"), LENGTH),
    "num_heads": 12,
    "height": 100,
    "shape": (1, 3, 300, 200),
    "device": torch.device("cpu"),
    "lengths": [512, LENGTH],
    "config": types.SimpleNamespace(
        max_position_embeddings=LENGTH, rotary_dim=WIDTH, hidden_size=8 * WIDTH, num_attention_heads=8, rope_theta=10000.0
    ),
    "words": types.SimpleNamespace(vocabulary=lambda _: types.SimpleNamespace(most=lambda: LENGTH)),
}  # fmt: skip
FLOATING = ("x", "hidden_states", "inputs_embeds", "input_embeds", "word_embeds", "features", "memory", "latents")
# Widths that broadcast with what the module makes; the first that runs in plain is taken.
SHAPES = ((1, LENGTH, WIDTH), (1, LENGTH, 1), (1, LENGTH, 64), (1, 1, 1))


class PreTrainedModel(torch.nn.Module):
    """Stands for the class that transformers has: what counts here is that self.dtype is its parameters' dtype."""

    def __init__(self, config=None):
        super().__init__()

    @property
    def dtype(self):
        return self.input_dtype


sys.modules["transformers"] = types.SimpleNamespace(PreTrainedModel=PreTrainedModel)
# What fixtures import from their own package.
sys.modules["fixture"] = types.SimpleNamespace(__path__=[])
sys.modules["fixture.utils"] = types.SimpleNamespace(torch_int=int)


def argument(name, dtype, shape):
    if name in SIZES:
        return SIZES[name]
    if name in FLOATING:
        return torch.ones(shape, dtype=dtype)
    if name == "dtype":
        return dtype
    if name == "mask":
        return torch.ones(1, LENGTH, dtype=torch.bool)
    if name == "scores":
        return torch.ones(1, 12, 300, 300, dtype=dtype)
    if name == "position_ids":
        return torch.arange(LENGTH)[None]
    if name == "attention_mask":
        return torch.ones(1, LENGTH, dtype=torch.int64)
    if name == "timesteps":
        return torch.arange(1000)
    # As a caller would pass them: both low formats hold these values.
    if name == "timestep":
        return torch.tensor([0.0, 3.0, 17.0, 77.0, 150.0, 255.0, 302.0, 498.0, 652.0, 900.0, 996.0], dtype=dtype)
    if name == "time_step":
        return torch.tensor([0, 5, 13, 51, 77, 141, 171, 205, 230, 251, 255, 256], dtype=dtype) / 256
    if name == "input_ids":
        return torch.zeros(LENGTH, LENGTH, dtype=torch.int64)
    if name == "pixel_values":
        return torch.ones(1, 3, 40, 40, dtype=dtype)
    if name == "pixel_mask":
        return torch.ones(1, 40, 40, dtype=torch.int64)
    raise LookupError(f"nothing to pass for {name}")


def arguments(function, dtype, shape):
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {p.name: argument(p.name, dtype, shape) for p in parameters if p.default is p.empty}


def tensors(value):
    if isinstance(value, torch.Tensor):
        # Complex numbers by their parts, as which a buffer may keep them.
        return [torch.view_as_real(value.detach()) if value.is_complex() else value.detach()]
    return [tensor for item in value for tensor in tensors(item)] if isinstance(value, (list, tuple)) else []


def last_module(names):
    """The class that no other class of the file extends and that comes last: it constructs the others."""
    classes = [value for value in names.values() if isinstance(value, type) and value.__module__ == "fixture"]
    modules = [value for value in classes if issubclass(value, torch.nn.Module)]
    return [one for one in modules if not any(other is not one and issubclass(other, one) for other in modules)][-1]


def execute(source, environment, shape):
    """Results of forward and the module's state, by name."""
    torch.manual_seed(0)
    names = {"__name__": "fixture", "__package__": "fixture"}
    with record(NEWER_POW):
        # A file is imported before modules are constructed: what it imports by name is not patched.
        exec(compile(source, "fixture", "exec"), names)
        kind = last_module(names)
        with environment.construction():
            module = kind(**arguments(kind.__init__, None, shape))
            if hasattr(module, "_init_weights"):
                for part in module.modules():
                    module._init_weights(part)
        environment.between(module)
        if isinstance(module, PreTrainedModel):
            module.input_dtype = environment.input_dtype
        # A module without forward makes its parameters; they are what is left of it.
        if kind.forward is torch.nn.Module.forward:
            state = {**vars(module), **module._buffers, **module._parameters}
        else:
            given = arguments(kind.forward, environment.input_dtype, shape)
            with environment.forward():
                result = module(**given)
            state = {**vars(module), **module._buffers, "result": result}
            if "length" in given:
                with environment.forward():
                    state["longer"] = module(**{**given, "length": LONGER})
    return {f"{name} {i}": tensor for name, value in state.items() for i, tensor in enumerate(tensors(value))}


def moved(plain, value):
    if plain.shape != value.shape:
        return math.inf
    a, b = plain.double(), value.double()
    same = (a == b) | (a.isnan() & b.isnan())
    distance = torch.where(same, torch.zeros_like(a), (a - b).abs())
    return math.inf if distance.isnan().any() else distance.max().item() if distance.numel() else 0.0


def furthest(plain, source, environment, shape):
    """Largest move from plain, or what torch says where it raises."""
    try:
        values = execute(source, environment, shape)
    except RuntimeError as error:
        return str(error)[:60]
    far = max((moved(plain[name], values[name]) if name in values else math.inf for name in plain), default=0.0)
    return "inf" if math.isinf(far) else far


def first_shape(source):
    error = None
    for shape in SHAPES:
        try:
            return shape, execute(source, Environment("plain"), shape)
        except RuntimeError as raised:
            error = raised
    raise error


def measure(name, before, after):
    shape, plain = first_shape(before)
    fixed = execute(after, Environment("plain"), shape)
    identical = all(
        name in fixed and fixed[name].dtype == value.dtype and moved(value, fixed[name]) == 0
        for name, value in plain.items()
    )
    runs = {}
    for environment in [*environments(), Environment("tf32", tf32=True)]:
        entry = [furthest(plain, source, environment, shape) for source in (before, after)]
        if entry != [0.0, 0.0]:
            runs[f"{environment.name} {environment.dtype or environment.name}"] = entry
    return {"name": name, "plain_identical": identical, "runs": runs}


def main():
    results, failures = [], []
    for one in json.load(sys.stdin):
        try:
            results.append(measure(**one))
        except Exception as error:
            failures.append(f"{one['name']}: {type(error).__name__}: {error}")
    # All of them at once: each takes a size, or a place among those that are left out.
    if failures:
        sys.exit("\n".join(["these cannot be run as they stand", *failures]))
    json.dump(results, sys.stdout)


main()
