"""Runs every entry in every environment on one tree of transformers and stores what its outputs look like.

    measure.py TREE --output FILE [--sample]

For each entry: plain's outputs as digests, and per environment and dtype how far each output moves from plain.
Two such files, of a tree before and after `ropelint check --fix`, are compared by compare.py.
"""
import argparse
import contextlib
import hashlib
import json
import math
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from environments import NEWER_POW, Environment, environments, record

from entries import ENTRIES, Entry

PLAIN = Environment("plain")


def run(entry: Entry, environment: Environment, inside: Callable = contextlib.nullcontext) -> dict[str, torch.Tensor]:
    """The entry's outputs in one environment; `inside` is entered after the environment, around both stages."""
    module = entry.load()
    torch.manual_seed(0)
    with torch.no_grad():
        with environment.construction(), inside():
            built = entry.construct(module)
        built = environment.between(built)
        if isinstance(built, torch.nn.Module):
            built.eval()
        with environment.forward(), inside():
            outputs = entry.forward(built, environment.input_dtype)
    return {name: tensor.detach().clone() for name, tensor in outputs.items()}


def move(output: torch.Tensor, plain: torch.Tensor) -> float:
    """Largest |output - plain|; infinite where the shapes differ or only one of the two is finite."""
    if output.shape != plain.shape:
        return math.inf
    difference = (output.double() - plain.double()).abs()
    same = output.double() == plain.double()
    difference[same] = 0.0
    return difference.nan_to_num(nan=math.inf, posinf=math.inf).max().item() if difference.numel() else 0.0


def digest(tensor: torch.Tensor) -> str:
    raw = tensor.contiguous().view(torch.uint8) if tensor.dim() else tensor.view(1).view(torch.uint8)
    return hashlib.sha256(raw.numpy().tobytes()).hexdigest()[:16]


def rounded(value: float) -> float | str:
    """A figure as stored: six significant digits, `inf` as text (JSON has no infinity)."""
    return float(f"{value:.6g}") if math.isfinite(value) else "inf"


def measure(entry: Entry) -> dict:
    """One entry: plain's outputs, then each environment's moves or what it raises."""
    plain = run(entry, PLAIN)
    result = {
        "path": entry.path,
        "level": entry.level,
        "plain": {
            name: {"dtype": str(tensor.dtype), "shape": list(tensor.shape), "digest": digest(tensor)}
            | {"largest": rounded(tensor.double().abs().max().item())}
            for name, tensor in plain.items()
        },
        "cells": {},
    }
    for environment in environments():
        result["cells"][f"{environment.name}/{environment.dtype}"] = cell(entry, environment, plain)
    return result


def cell(entry: Entry, environment: Environment, plain: dict) -> dict:
    try:
        outputs = run(entry, environment)
    except (RuntimeError, TypeError) as error:
        return {"raises": type(error).__name__, "simulated": sorted(environment.simulated)}
    return {
        "outputs": {
            name: {"moved": rounded(move(tensor, plain[name])), "dtype": str(tensor.dtype)}
            for name, tensor in outputs.items()
        },
        "simulated": sorted(environment.simulated),
    }


def selected(sample: bool) -> list[Entry]:
    return [entry for entry in ENTRIES if entry.sample or not sample]


def open_tree(tree: Path) -> None:
    """Makes `import transformers` mean this tree, on one thread and without the network."""
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    sys.path.insert(0, str(tree.resolve()))
    sys.dont_write_bytecode = True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, help="folder that holds the package transformers/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--sample", action="store_true", help="a stated sample of the entries")
    options = parser.parse_args()
    open_tree(options.tree)
    results = {}
    with record(NEWER_POW):
        for entry in selected(options.sample):
            try:
                results[entry.name] = measure(entry)
            except Exception as error:  # an entry that cannot run in plain is a result too
                results[entry.name] = {"path": entry.path, "unexercised": f"{type(error).__name__}: {error}"[:300]}
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    failed = [name for name, result in results.items() if "unexercised" in result]
    print(f"{len(results)} entries, {len(failed)} not exercised: {', '.join(failed) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
