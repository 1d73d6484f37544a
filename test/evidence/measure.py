"""Figures of fixtures on real PyTorch, in the words of evidence.runs.

Reads cases from standard input, as main.ts writes them: each has its source before and after --fix, what to run, and the
environments. Executes the code for real in each of them and prints the figures as JSON.
"""

import json
import math
import os
import re
import sys
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx2")

import torch
from torch.overrides import TorchFunctionMode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
from environments import NEWER_POW, OLDER_POW, Environment, record  # noqa: E402

torch.set_num_threads(1)

MECHANISMS = {
    "plain": (),
    "zero-init": ("zero_init",),
    "default-dtype": ("default_dtype",),
    "module-cast": ("module_cast",),
    "autocast": ("autocast",),
    "low-input": ("low_input",),
    "deepspeed": ("zero_init", "module_cast", "low_input"),
    "zero-init-older-torch": ("zero_init",),
}
TRANSCENDENTAL = {"exp", "log", "log2", "pow", "__pow__", "__rpow__", "sin", "cos"}
PRODUCTS = {"outer": "outer", "einsum": "einsum", "mul": "mul", "__mul__": "mul", "__rmul__": "mul", "matmul": "matmul", "__matmul__": "matmul"}  # fmt: skip


class Recorder(TorchFunctionMode):
    """Keeps what sines, cosines and products took and gave; may move each float32 transcendental by one ulp."""

    def __init__(self, nudge=None):
        super().__init__()
        self.nudge = nudge
        self.calls = defaultdict(list)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = getattr(function, "__name__", "")
        if self.nudge and name in TRANSCENDENTAL and isinstance(result, torch.Tensor):
            if result.dtype == torch.float32 and result.numel() > 1:
                result = torch.nextafter(result, self.nudge(result))
        if name in ("sin", "cos"):
            self.calls[name].append((args[0].clone(), result.clone()))
        elif name in PRODUCTS:
            kept = tuple(arg.clone() if isinstance(arg, torch.Tensor) else arg for arg in args)
            self.calls[PRODUCTS[name]].append((kept, result.clone()))
        return result


def upwards(result):
    return torch.full_like(result, math.inf)


def downwards(result):
    return torch.full_like(result, -math.inf)


def scattered(result):
    """Up and down in turn, with a pattern that no length divides."""
    places = torch.arange(result.numel()).reshape(result.shape)
    return torch.where((places * 7919 % 13) < 6, upwards(result), downwards(result))


NUDGES = (upwards, downwards, scattered)


def in_double(source):
    """The original slice with every floating dtype float64."""
    source = re.sub(r"\b(torch|th)\.(float32|float)\b", r"\1.float64", source)
    source = re.sub(r"\bfloat32\b(?!\()", "float64", source)
    return source.replace(".float()", ".double()")


def execute(case, source, environment, nudge=None, exact=False):
    """Runs a case once: what its outputs are, and what was recorded on the way."""
    floating = torch.float64 if exact else environment.input_dtype
    names = {"torch": torch, "math": math}
    previous = torch.get_default_dtype()
    if exact:
        torch.set_default_dtype(torch.float64)
        source = in_double(source)
    try:
        with record(OLDER_POW if environment.name == "zero-init-older-torch" else NEWER_POW), Recorder(nudge) as seen:
            with environment.construction():
                exec(compile(source, case["name"], "exec"), names)
            environment.between(names.get("built"))
            names["floating"] = lambda *shape: torch.zeros(shape, dtype=floating)
            names["size"] = case["inputs"]
            with environment.forward():
                names["result"] = eval(case["call"], names)
        names["calls"] = seen.calls
        return {"outputs": [value.detach() for value in eval(case["outputs"], names)], "calls": seen.calls}
    finally:
        torch.set_default_dtype(previous)


def moved_to(value, plain):
    """Largest |output - plain|; inf where a finite value became another kind."""
    if value.shape != plain.shape:
        return math.inf
    a, b = plain.double(), value.double()
    same = (a == b) | (a.isnan() & b.isnan())
    distance = torch.where(same, torch.zeros_like(a), (a - b).abs())
    return math.inf if distance.isnan().any() else distance.max().item()


def error_to(value, exact):
    """Largest finite |value - exact|."""
    distance = (value.double() - exact.double()).abs()
    finite = distance[distance.isfinite()]
    return finite.max().item() if finite.numel() else 0.0


def largest(errors):
    return max(errors) if errors else None


def counts(case, calls):
    """Distinct values of what enters the product, after the promotion of the product itself, and the first collision."""
    if case["product"] is None:
        return None, None
    name, call, argument = case["product"]
    arguments, result = calls[name][call]
    values = arguments[argument].to(result.dtype).double().flatten().tolist()
    seen, first = set(), None
    for index, value in enumerate(values):
        if value in seen and first is None:
            first = index
        seen.add(value)
    return len(seen), first


def figures(case, run, plain, exact):
    angles = {name: [error_to(b[1], a[1]) for a, b in zip(exact["calls"][name], run["calls"][name])] for name in ("sin", "cos")}  # fmt: skip
    phases = [error_to(b[0], a[0]) for name in ("sin", "cos") for a, b in zip(exact["calls"][name], run["calls"][name])]  # fmt: skip
    moves = [moved_to(value, reference) for value, reference in zip(run["outputs"], plain["outputs"])]
    worst = moves.index(max(moves))
    distinct, first = counts(case, run["calls"])
    values = [error_to(run["outputs"][i], exact["outputs"][i]) for i in case["values"]]
    return {
        "distinct": distinct,
        "first_collision": first,
        "max_abs_phase_error": largest(phases),
        "max_abs_cos_error": largest(angles["cos"]),
        "max_abs_sin_error": largest(angles["sin"]),
        "max_abs_value_error": largest(values),
        "moved": moves[worst],
        "result_dtype": str(run["outputs"][worst].dtype).removeprefix("torch."),
        "nonfinite": sum(int((~value.isfinite()).sum()) for value in run["outputs"]),
        "bit_identical_to_plain": all(
            value.dtype == reference.dtype and moved_to(value, reference) == 0
            for value, reference in zip(run["outputs"], plain["outputs"])
        ),
    }


def spread(case, source, environment, base, plain, exact, plains):
    """What one ulp in each transcendental does to each figure: in the run itself, and in plain."""
    others = [figures(case, execute(case, source, environment, nudge), plain, exact) for nudge in NUDGES]
    against = [figures(case, base["run"], other, exact) for other in plains]
    result = {}
    for name, value in base["figures"].items():
        if not isinstance(value, float) or not math.isfinite(value):
            continue
        own = max(abs(other[name] - value) for other in others)
        result[name] = own + max(abs(other[name] - value) for other in against)
    return result


def measure(case):
    before, after = case["before"], case["after"]
    nothing = Environment("plain")
    exact = execute(case, before, nothing, exact=True)
    plain = execute(case, before, nothing)
    plains = [execute(case, before, nothing, nudge) for nudge in NUDGES]
    runs = []
    for name, dtype in case["environments"]:
        entry = {"environment": name, "dtype": dtype}
        for when, source in (("before", before), ("after", after)):
            environment = Environment(name, dtype, **{mechanism: True for mechanism in MECHANISMS[name]})
            run = execute(case, source, environment)
            base = {"run": run, "figures": figures(case, run, plain, exact)}
            entry[when] = base["figures"]
            entry[f"{when}_spread"] = spread(case, source, environment, base, plain, exact, plains)
            entry["simulated"] = sorted(environment.simulated)
        runs.append(entry)
    return {"name": case["name"], "runs": runs}


def main():
    cases = json.load(sys.stdin)
    results = []
    for case in cases:
        results.append(measure(case))
        print(case["name"], file=sys.stderr)
    capability = os.environ["ATEN_CPU_CAPABILITY"]
    versions = {"torch": torch.__version__, "python": sys.version.split()[0], "capability": capability}
    json.dump({**versions, "cases": results}, sys.stdout)


main()
