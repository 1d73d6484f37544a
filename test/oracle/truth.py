"""Ground truth: which ranges of transformers 4.37.2 matter, in which environment, on real PyTorch.

    truth.py TREE [--sample] [--output FILE]

A range counts in an environment if building it there as int64 and casting it to float32, alone or as a member of its
group of ranges, at least halves a move (max |output - plain|) of 0.1 or more. A member of a group counts if the group
without it is at least twice as bad. Ranges are replaced where they are called, by patching `torch.arange`; the files
of the tree stay as they are.
"""
import argparse
import contextlib
import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

import torch
from environments import NEWER_POW, OLDER_POW, environments, record
from measure import PLAIN, move, open_tree, rounded, run, selected

from entries import Entry

CORPUS = json.loads((Path(__file__).parent.parent / "corpus" / "transformers-4.37.2.json").read_text())
OUTPUT = Path(__file__).with_name("truth-4.37.2.json")
THRESHOLD = 0.1

unpatched_arange = torch._C._VariableFunctions.arange


def key_of(site: dict) -> str:
    return f"{site['path']}:{site['line']}:{site['column']}"


UPSTREAM = {key_of(site): site for site in CORPUS["sites"] if site["class"] == "float-or-ambient"}
MISSED = {key_of(site): site for site in CORPUS["missedUpstream"]}
INTEGERS = {
    key_of(site): site for site in CORPUS["expectSilent"] if site["reason"] == "integer range that feeds frequencies"
}


@dataclass
class Ranges:
    """Watches `torch.arange` by call site and replaces the chosen sites by int64 + float32."""

    root: str
    replaced: frozenset = frozenset()
    seen: dict = field(default_factory=dict)

    @contextlib.contextmanager
    def __call__(self):
        inner = torch.arange

        def arange(*args, **kwargs):
            site = call_site(sys._getframe(1), self.root)
            if site in self.replaced:
                result = unpatched_arange(*args, **{**kwargs, "dtype": torch.int64}).to(torch.float32)
            else:
                result = inner(*args, **kwargs)
            self.seen.setdefault(site, result)
            return result

        torch.arange = arange
        try:
            yield
        finally:
            torch.arange = inner


def call_site(frame, root: str) -> str | None:
    """path:line:column of the call that a frame is executing, for files of the tree."""
    name = frame.f_code.co_filename
    if not name.startswith(root):
        return None
    line, _, column, _ = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    return f"{name.removeprefix(root)}:{line}:{column + 1}"


def figures_of(values: torch.Tensor) -> dict:
    """What became of the range's own values: count, distinct values, first index that repeats an earlier value."""
    seen, first = set(), None
    numbers = values.double().tolist()
    for index, value in enumerate(numbers):
        if value in seen and first is None:
            first = index
        seen.add(value)
    return {"dtype": str(values.dtype), "count": len(numbers), "distinct": len(seen), "first_collision": first}


def moves(entry: Entry, environment, plain: dict, ranges: Ranges) -> dict[str, float] | None:
    """Each output's move with the given replacements; None if it raises."""
    try:
        outputs = run(entry, environment, ranges)
    except (RuntimeError, TypeError):
        return None
    return {name: move(outputs[name], plain[name]) for name in plain}


def halves(before: dict | None, after: dict | None) -> bool:
    """Whether some output that moved by the threshold or more moves at most half as far."""
    if before is None or after is None:
        return False
    return any(before[name] >= THRESHOLD and math.isfinite(after[name]) and after[name] <= before[name] / 2 for name in before)


def worst(result: dict | None):
    return "raises" if result is None else rounded(max(result.values()))


def examine(entry: Entry, root: str, chosen) -> tuple[dict, dict]:
    """One entry: cells per site and environment, and what of each environment was simulated."""
    watch = Ranges(root)
    plain = run(entry, PLAIN, watch)
    candidates = sorted(site for site in watch.seen if site in UPSTREAM or site in MISSED or site in INTEGERS)
    cells = {site: {} for site in candidates}
    simulated = {}
    for environment in chosen:
        label = f"{environment.name}/{environment.dtype}"
        watch = Ranges(root)
        before = moves(entry, environment, plain, watch)
        simulated[label] = sorted(environment.simulated)
        for site in candidates:
            cells[site][label] = {"before": worst(before)}
            values = watch.seen.get(site)
            if values is not None and values.dtype in (torch.bfloat16, torch.float16):
                cells[site][label]["range"] = figures_of(values)
        if before is not None and max(before.values(), default=0.0) < THRESHOLD:
            continue
        group = moves(entry, environment, plain, Ranges(root, frozenset(candidates)))
        for site in candidates:
            single = len(candidates) == 1
            alone = group if single else moves(entry, environment, plain, Ranges(root, frozenset([site])))
            without = before if single else moves(entry, environment, plain, Ranges(root, frozenset(candidates) - {site}))
            cells[site][label] |= {
                "alone": worst(alone),
                "group": worst(group),
                "group_without": worst(without),
                "counts": halves(before, alone) or halves(before, group) and halves(without, group),
            }
    return cells, simulated


def survey(tree: Path, sample: bool) -> dict:
    root = str(tree.resolve() / "transformers") + "/"
    sites: dict[str, dict] = {}
    unexercised_entries, simulated = {}, {}
    judged = [entry for entry in selected(sample) if entry.level != "whole"]
    for assumes in (NEWER_POW, OLDER_POW):
        chosen = [e for e in environments() if assumes == NEWER_POW or e.zero_init]
        for entry in judged:
            with record(assumes):
                try:
                    cells, what = examine(entry, root, chosen_again(chosen))
                except Exception as error:
                    unexercised_entries[entry.name] = f"{type(error).__name__}: {error}"[:200]
                    continue
            if assumes == NEWER_POW:
                simulated[entry.name] = what
            for site, by_environment in cells.items():
                runs = sites.setdefault(site, {"entries": {}, "older_pow": {}})
                runs["entries" if assumes == NEWER_POW else "older_pow"][entry.name] = by_environment
    return assemble(sites, simulated, unexercised_entries)


def chosen_again(chosen):
    """Fresh environments, so that `simulated` speaks of one entry only."""
    names = {(environment.name, environment.dtype) for environment in chosen}
    return [environment for environment in environments() if (environment.name, environment.dtype) in names]


def cause_elsewhere(environment: str, form: str, cell: dict) -> str | None:
    """What other rules cover although replacing the range helps: cast buffers, divisions in the default dtype."""
    if environment == "module-cast" and (cell["group"] == "raises" or cell["group"] >= THRESHOLD):
        return "a buffer that the module cast rounds enters the same product"
    if environment == "default-dtype" and form in ("default dtype", "integer range"):
        return "an integer range that is divided or multiplied in the default dtype"
    return None


def assemble(sites: dict, simulated: dict, unexercised_entries: dict) -> dict:
    """The stored file: known sites with their counts, those never reached, and what was simulated."""
    known = {**UPSTREAM, **MISSED, **INTEGERS}
    result = {}
    for key, runs in sorted(sites.items()):
        kind = "upstream" if key in UPSTREAM else "missed by upstream" if key in MISSED else "integer"
        form = known[key].get("form", "integer range")
        counts: dict[str, list] = {}
        elsewhere: dict[str, str] = {}
        for by_environment in runs["entries"].values():
            for label, cell in by_environment.items():
                name, dtype = label.split("/")
                if not cell.get("counts"):
                    continue
                reason = cause_elsewhere(name, form, cell)
                if reason:
                    elsewhere[name] = reason
                elif dtype not in counts.setdefault(name, []):
                    counts[name].append(dtype)
        result[key] = {
            "kind": kind,
            "form": form,
            "definition": known[key]["definition"],
            "counts": {name: dtypes for name, dtypes in counts.items() if dtypes},
            "counts_elsewhere": elsewhere,
            **runs,
        }
    return {
        "provenance": f"test/oracle/truth.py, PyTorch {torch.__version__} on a CPU, one thread",
        "not_exercised": sorted(set(UPSTREAM) - set(sites)),
        "entries_not_exercised": unexercised_entries,
        "simulated": simulated,
        "sites": result,
    }


def text_of(data: dict) -> str:
    """JSON with one site and entry a line, so that a change reads as a small diff."""
    lines = ["{"]
    for name, value in data.items():
        if name not in ("sites", "simulated"):
            lines.append(f'"{name}": {json.dumps(value)},')
    lines.append('"simulated": {')
    lines.append(",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in data["simulated"].items()) + "},")
    lines.append('"sites": {')
    blocks = []
    for key, site in data["sites"].items():
        head = {name: value for name, value in site.items() if name not in ("entries", "older_pow")}
        runs = []
        for group in ("entries", "older_pow"):
            rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(cells)}" for name, cells in site[group].items())
            runs.append(f' "{group}": {{\n{rows}}}')
        blocks.append(f"{json.dumps(key)}: {json.dumps(head)[:-1]},\n" + ",\n".join(runs) + "}")
    lines.append(",\n".join(blocks) + "}}")
    return "\n".join(lines) + "\n"


def check(data: dict, stored: dict) -> int:
    """Whether what was measured now counts the same cells as the stored file; moves may differ in the last digits."""
    different, cells = [], 0
    for key, site in data["sites"].items():
        for entry, by_environment in site["entries"].items():
            for where, cell in by_environment.items():
                before = stored["sites"].get(key, {}).get("entries", {}).get(entry, {}).get(where, {})
                cells += 1
                if cell.get("counts") != before.get("counts") or cell.get("range") != before.get("range"):
                    different.append(f"{key} {entry} {where}: stored {before}, now {cell}")
    print(f"truth: {cells} cells measured again, {len(different)} differ from the stored file")
    print("\n".join(different))
    return 1 if different else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, help="folder that holds the package transformers/ of 4.37.2")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--sample", action="store_true", help="a stated sample of the entries")
    parser.add_argument("--check", action="store_true", help="compare with FILE instead of writing it")
    options = parser.parse_args()
    open_tree(options.tree)
    data = survey(options.tree, options.sample)
    if options.check:
        return check(data, json.loads(options.output.read_text()))
    options.output.write_text(text_of(data))
    counted = {}
    for site in data["sites"].values():
        for name in site["counts"]:
            counted.setdefault(site["kind"], {}).setdefault(name, 0)
            counted[site["kind"]][name] += 1
    print(f"{len(data['sites'])} sites exercised; upstream's not exercised: {data['not_exercised'] or 'none'}")
    print(f"entries not exercised: {data['entries_not_exercised'] or 'none'}")
    for kind, names in counted.items():
        print(f"counted pairs, {kind}: {names}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
