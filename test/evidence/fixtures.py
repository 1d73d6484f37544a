"""Every fixture on real PyTorch, before and after its fix: how far results and module state move from plain.

Reads from standard input, as main.ts writes it: name, source before, source after, and whether plain itself has to change. Sizes
go by parameter names, and by given.py. Where plain has to change, the reference is the same text without what is wrong in it.
"""

import inspect
import json
import math
import os
import re
import sys
import types

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx2")

import numpy
import torch
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
from environments import NEWER_POW, Environment, environments, record  # noqa: E402
from given import GIVEN  # noqa: E402

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
    "rotary_dim": WIDTH,
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


class RotaryLayer(torch.nn.Module):
    """A base class of another package, which reads what its subclass keeps."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return x * self.angles.cos()


sys.modules["transformers"] = types.SimpleNamespace(
    PreTrainedModel=PreTrainedModel,
    initialization=types.SimpleNamespace(zeros_=torch.nn.init.zeros_, copy_=lambda tensor, other: tensor.copy_(other)),
)


def inverse_frequencies(dim):
    return 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))


# A fixture of two libraries: what its other half computes is not asked about.
sys.modules["jax"] = types.SimpleNamespace(numpy=numpy)
sys.modules["jax.numpy"] = numpy
sys.modules["elsewhere"] = types.SimpleNamespace(__path__=[])
sys.modules["elsewhere.modeling"] = types.SimpleNamespace(RotaryLayer=RotaryLayer)
# What fixtures import from their own package.
sys.modules["fixture"] = types.SimpleNamespace(__path__=[])
sys.modules["fixture.initialisers"] = types.SimpleNamespace(INITIALISERS={"default": lambda _: (inverse_frequencies(WIDTH), 1.0)})
sys.modules["fixture.utils"] = types.SimpleNamespace(torch_int=int)


def buffer(data, persistent=True):
    """`nn.Buffer`, which 1.13 lacks: a tensor that assignment registers, as later releases do."""
    data = data.detach()
    data.ropelint_persistent = persistent
    return data


def assign(module, name, value, otherwise=torch.nn.Module.__setattr__):
    if hasattr(value, "ropelint_persistent"):
        module.register_buffer(name, value, persistent=value.ropelint_persistent)
    else:
        otherwise(module, name, value)


torch.nn.Buffer = buffer
torch.nn.Module.__setattr__ = assign


def weights(tensor, *_, **__):
    """What layers begin with: eighths, which every format holds, where random values would differ from dtype to dtype."""
    with torch.no_grad():
        return tensor.copy_((torch.arange(tensor.numel()) % 17 - 8).view(tensor.shape) / 8)


for random in ("normal_", "uniform_", "kaiming_uniform_"):
    setattr(torch.nn.init, random, weights)
torch.rand = lambda *shape: weights(torch.empty(shape))


def argument(name, dtype, shape, given):
    if name in given:
        return given[name](dtype) if callable(given[name]) else given[name]
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
    # The centres of an image's patches, two to each, from -1 to 1.
    if name == "coords":
        return (torch.arange(2 * LENGTH) % 129 - 64).view(LENGTH, 2).to(dtype) / 64
    if name == "input_ids":
        return torch.zeros(LENGTH, LENGTH, dtype=torch.int64)
    if name == "pixel_values":
        return torch.ones(1, 3, 40, 40, dtype=dtype)
    if name == "pixel_mask":
        return torch.ones(1, 40, 40, dtype=torch.int64)
    raise LookupError(f"nothing to pass for {name}")


def arguments(function, dtype, shape, given):
    """What to call a function with; a parameter that has a default takes what is given for it by keyword."""
    parameters = inspect.signature(function).parameters.values()
    named = given.get("arguments", {})
    passed = {p.name: argument(p.name, dtype, shape, named) for p in parameters if p.default is p.empty}
    return {**passed, **{p.name: given["keyword"][p.name] for p in parameters if p.name in given.get("keyword", {})}}


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


def construct(names, environment, shape, given):
    kind = names[given["module"]] if "module" in given else last_module(names)
    with environment.construction():
        module = kind(**arguments(kind, environment.input_dtype, shape, given))
        writer = names[given["initialises"]]() if "initialises" in given else module
        if hasattr(writer, "_init_weights"):
            for part in module.modules():
                writer._init_weights(part)
    environment.between(module)
    if isinstance(module, PreTrainedModel):
        module.input_dtype = environment.input_dtype
    return module


def runs_forward(module, environment, given):
    # A module without forward makes its parameters; they are what is left of it.
    if type(module).forward is torch.nn.Module.forward:
        return False
    wanted = given.get("forward", True)
    return environment.name != "zero-init" if wanted == "deepspeed" else wanted


def outcome(names, environment, shape, given):
    """Results of forward and the module's state, by name."""
    if "function" in given:
        function = names[given["function"]]
        with environment.forward():
            return {"result": function(**arguments(function, environment.input_dtype, shape, given))}
    module = construct(names, environment, shape, given)
    state = {**vars(module), **module._buffers}
    if "read" in given:
        state = {"read": given["read"](module)}
    if not runs_forward(module, environment, given):
        return state if "forward" in given else {**state, **module._parameters}
    passed = arguments(module.forward, environment.input_dtype, shape, given)
    with environment.forward():
        state["result"] = module(**passed)
        if "length" in passed:
            state["longer"] = module(**{**passed, "length": LONGER})
    return state


def execute(source, environment, shape, given):
    torch.manual_seed(0)
    names = {"__name__": "fixture", "__package__": "fixture"}
    with record(NEWER_POW):
        # A file is imported before modules are constructed: what it imports by name is not patched.
        exec(compile(source, "fixture", "exec"), names)
        state = outcome(names, environment, shape, given)
    return {f"{name} {i}": tensor for name, value in state.items() for i, tensor in enumerate(tensors(value))}


def moved(plain, value):
    if plain.shape != value.shape:
        return math.inf
    a, b = plain.double(), value.double()
    same = (a == b) | (a.isnan() & b.isnan())
    distance = torch.where(same, torch.zeros_like(a), (a - b).abs())
    return math.inf if distance.isnan().any() else distance.max().item() if distance.numel() else 0.0


def furthest(reference, source, environment, shape, given):
    """Largest move from the reference, or what torch says where it raises."""
    try:
        values = execute(source, environment, shape, given)
    except (RuntimeError, TypeError, IndexError) as error:
        return str(error)[:60]
    # Where forward does not run, what the module keeps is compared.
    ran = any(name.startswith("result ") for name in values)
    names = [name for name in reference if ran or not name.startswith("result ")]
    far = max((moved(reference[name], values[name]) if name in values else math.inf for name in names), default=0.0)
    return "inf" if math.isinf(far) else far


# What a text says that plain has to lose, and what it says instead.
WRITTEN = (
    (r"type_as\((?:dtype=)?([\w.]+)\)", r"to(\1)"),
    (r"torch\.(?:bfloat16|float16)\b", "torch.float32"),
    (r"torch\.(?:BFloat16|Half)Tensor\b", "torch.FloatTensor"),
    (r"\.(?:half|bfloat16)\(\)", ".float()"),
    (r"(torch\.autocast\((?:device_type=)?\"\w+\"), dtype=torch\.float32\)", r"\1, enabled=False)"),
)


def without_what_is_wrong(source, given):
    source = source.replace(given.get("without", ""), "") if "without" in given else source
    for pattern, replacement in WRITTEN:
        source = re.sub(pattern, replacement, source)
    return source


def first_shape(source, given):
    error = None
    for shape in SHAPES:
        try:
            return shape, execute(source, Environment("plain", regions=True), shape, given)
        except RuntimeError as raised:
            error = raised
    raise error


def measure(name, before, after, changes):
    given = GIVEN.get(name.split("/")[-1], {})
    shape, plain = first_shape(without_what_is_wrong(before, given) if changes else before, given)
    fixed = execute(after, Environment("plain", regions=True), shape, given)
    identical = all(
        name in fixed and fixed[name].dtype == value.dtype and moved(value, fixed[name]) == 0
        for name, value in plain.items()
    )
    runs = {}
    for environment in [Environment("plain"), *environments(), Environment("tf32", tf32=True)]:
        environment.regions = True
        entry = [furthest(plain, source, environment, shape, given) for source in (before, after)]
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
