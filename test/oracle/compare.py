"""Compares what ropelint says about transformers 4.37.2 with what real PyTorch does.

    compare.py --findings FINDINGS.json --before BEFORE.json [--after AFTER.json] [--upstream UP.json]

FINDINGS is the output of `ropelint check --severity note --output-format json`; BEFORE and AFTER are measure.py's files
for the tree before and after `ropelint check --fix`. Prints counted pairs that are errors naming their environment,
false claims, repaired pairs, plain bit-identity, cells that got worse, and figures that differ from real ones.
"""
import argparse
import json
import math
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))

from findings import PRINTED, RANGE_RULES, Findings, label  # noqa: E402

TRUTH = Path(__file__).with_name("truth-4.37.2.json")
PRECISION = {"bf16": 8, "fp16": 11}
COMBINATIONS = ("deepspeed",)
# Where a value that becomes float32 leaks; in zero-init a table may stay what plain has.
LEAK_ENVIRONMENTS = ("default-dtype", "module-cast", "low-input")
SEVERITIES = ("error", "warning", "note")
# Outputs that are no phases, sines or cosines: judged in roundings.
OTHER_OUTPUTS = ("bias", "offsets", "coordinates")
NAMED, REPAIRED = 0.95, 0.80
# A move that counts (truth.py).
BAD = 0.1


def number(value) -> float:
    """A stored figure; `inf` and `raises` are kept as infinity."""
    return value if isinstance(value, (int, float)) else math.inf


def rounding(largest: float, dtype: str) -> float:
    """Half an ulp of the low dtype at the output's largest magnitude."""
    return 2.0 ** (math.floor(math.log2(largest)) - PRECISION[dtype]) if largest > 0 else 0.0


class Measured:
    """A file of measure.py."""

    def __init__(self, path: Path | None):
        self.entries = json.loads(path.read_text()) if path else {}

    def outputs(self, entry: str, label: str) -> dict | None:
        """{output: moved} of one cell; None if the entry did not run or the cell raises."""
        cell = self.entries.get(entry, {}).get("cells", {}).get(label)
        return None if cell is None or "raises" in cell else {n: number(o["moved"]) for n, o in cell["outputs"].items()}

    def roundings(self, entry: str, label: str) -> dict:
        """{output: one rounding} for the dtype of the cell."""
        plain = self.entries.get(entry, {}).get("plain", {})
        return {name: rounding(number(o["largest"]), label.split("/")[1]) for name, o in plain.items()}


def position(key: str) -> dict:
    path, line, column = key.rsplit(":", 2)
    return {"path": path, "line": int(line), "column": int(column)}


def range_findings(findings: Findings, key: str) -> list:
    return [finding for finding in findings.at(position(key)) if finding["code"] in RANGE_RULES]


def counted_pairs(truth: dict, kinds: tuple):
    """(site, environment, {entry: cells that count}) for the environments that decide."""
    for key, site in truth["sites"].items():
        if site["kind"] not in kinds:
            continue
        for environment in site["counts"]:
            if environment in COMBINATIONS:
                continue
            cells = {
                (entry, where): cell
                for entry, by_environment in site["entries"].items()
                for where, cell in by_environment.items()
                if where.split("/")[0] == environment and cell.get("counts")
            }
            yield key, environment, cells


def report_named(truth: dict, findings: Findings) -> float:
    """Counted pairs that are errors naming their environment."""
    named, missed = Counter(), []
    totals = Counter()
    for key, environment, _ in counted_pairs(truth, ("upstream", "missed by upstream")):
        totals[environment] += 1
        here = range_findings(findings, key)
        if any(f["severity"] == "error" and environment in (f.get("environments") or []) for f in here):
            named[environment] += 1
        else:
            missed.append(f"{key} {environment}: " + ("; ".join(label(f) for f in here) or "no finding"))
    share = sum(named.values()) / max(1, sum(totals.values()))
    print(f"counted pairs that are errors naming the environment: {sum(named.values())} of {sum(totals.values())} ({share:.1%})")
    for environment, total in totals.items():
        print(f"  {environment:14} {named[environment]} of {total}")
    for line in missed:
        print(f"  not named: {line}")
    return share


def report_false_claims(truth: dict, findings: Findings, before: Measured) -> int:
    """Errors and warnings that name an environment in which nothing moves by one rounding, or more than they can show."""
    false, overstated, understated, idle = [], [], [], []
    for key, site in truth["sites"].items():
        for finding in range_findings(findings, key):
            if finding["severity"] not in PRINTED:
                continue
            names = finding.get("environments") or []
            seen = {environment: severity_of(site, environment, before) for environment in names}
            false += [f"{label(finding)}: {name} moves by less than one rounding" for name in names if seen[name] == "note"]
            if finding["severity"] == "error" and seen and "error" not in seen.values() and None not in seen.values():
                overstated.append(f"{label(finding)}: {seen}")
            if finding["severity"] == "warning" and "error" in seen.values():
                understated.append(f"{label(finding)}: {seen}")
            idle += [f"{label(finding)}: {name}" for name in names if seen[name] == "error" and is_idle(site, name)]
    print(f"false claims (less than one rounding): {len(false)}")
    print(*(f"  {line}" for line in false), sep="\n", end="\n" if false else "")
    print(f"errors where every named environment is a warning or less: {len(overstated)}")
    print(*(f"  {line}" for line in overstated), sep="\n", end="\n" if overstated else "")
    print(f"warnings that real PyTorch grades as errors: {len(understated)}")
    print(*(f"  {line}" for line in understated), sep="\n", end="\n" if understated else "")
    print(f"named although replacing the range does not halve the move there: {len(idle)}")
    print(*(f"  {line}" for line in idle), sep="\n", end="\n" if idle else "")
    return len(false) + len(overstated)


def severity_of(site: dict, environment: str, before: Measured) -> str | None:
    """What the worst output of any entry and dtype amounts to; None if nothing ran or everything raises."""
    grades = []
    for entry in site["entries"]:
        for dtype in PRECISION:
            outputs = before.outputs(entry, f"{environment}/{dtype}")
            sizes = before.roundings(entry, f"{environment}/{dtype}") if outputs else {}
            grades += [grade(name, moved, sizes[name]) for name, moved in (outputs or {}).items()]
    return min(grades, key=SEVERITIES.index, default=None)


def grade(output: str, moved: float, rounding_size: float) -> str:
    """The severity of one output's move."""
    if moved >= 0.1 if output not in OTHER_OUTPUTS else moved > 8 * rounding_size:
        return "error"
    return "warning" if moved > rounding_size else "note"


def is_idle(site: dict, environment: str) -> bool:
    """Whether the range was replaced in the environment and that helped in no cell."""
    cells = [cell for runs in site["entries"].values() for where, cell in runs.items() if where.split("/")[0] == environment]
    judged = [cell["counts"] for cell in cells if "counts" in cell]
    return bool(judged) and not any(judged)


def report_repaired(truth: dict, before: Measured, after: Measured) -> float:
    """Counted pairs that `--fix` repaired: every output within one rounding of plain, in every dtype that counted."""
    done, left = Counter(), []
    totals = Counter()
    for key, environment, cells in counted_pairs(truth, ("upstream", "missed by upstream")):
        known = {place: cell for place, cell in cells.items() if after.entries.get(place[0], {}).get("cells")}
        if not known:
            continue
        totals[environment] += 1
        rests = [rest_of(place, before, after) for place in known]
        if all(steps <= 1 for _, steps in rests):
            done[environment] += 1
        else:
            moved, steps = max(rests)
            left.append(f"{key} {environment}: still moves by {moved:.3g} ({steps:.3g} roundings)")
    share = sum(done.values()) / max(1, sum(totals.values()))
    print(f"counted pairs repaired by --fix: {sum(done.values())} of {sum(totals.values())} ({share:.1%}) {dict(done)}")
    for line in left:
        print(f"  not repaired: {line}")
    return share


def rest_of(place: tuple[str, str], before: Measured, after: Measured) -> tuple[float, float]:
    """What is left of a cell's move after the fix, absolute and in roundings."""
    entry, where = place
    outputs = after.outputs(entry, where)
    if outputs is None:
        return math.inf, math.inf
    sizes = before.roundings(entry, where)
    return max(outputs.values()), max(value / sizes[name] if sizes[name] else 0.0 for name, value in outputs.items())


def report_plain(before: Measured, after: Measured) -> int:
    """Entries whose plain outputs are not bit for bit those of before, dtype and shape included."""
    changed = []
    for entry, result in before.entries.items():
        other = after.entries.get(entry, {})
        if "plain" in result and result["plain"] != other.get("plain"):
            changed.append(f"{entry}: {other.get('unexercised', 'outputs differ')}")
    print(f"plain bit-identical: {len(before.entries) - len(changed)} of {len(before.entries)} entries")
    for line in changed:
        print(f"  {line}")
    return len(changed)


def report_worse(before: Measured, after: Measured) -> int:
    """Cells that moved further than before by more than a rounding, raise where they did not, or changed their dtype."""
    worse, leaks, mixed = [], [], []
    for entry, result in before.entries.items():
        if "cells" not in after.entries.get(entry, {}):
            worse.append(f"{entry}: does not run: {after.entries.get(entry, {}).get('unexercised')}")
            continue
        for where, cell in result.get("cells", {}).items():
            old, new = before.outputs(entry, where), after.outputs(entry, where)
            if old is None:
                continue
            if new is None:
                # A float32 table beside parameters that the same environment made low: wrong before, a TypeError after.
                beside = result["level"] == "whole" and where.split("/")[0] in ("zero-init", *COMBINATIONS)
                (mixed if beside else worse).append(f"{entry} {where}: raises")
                continue
            if result["level"] == "whole":
                continue
            sizes = before.roundings(entry, where)
            for name, value in old.items():
                if new.get(name, math.inf) > value + sizes[name]:
                    worse.append(f"{entry} {where} {name}: {value:.3g} before, {new.get(name, math.inf):.3g} after")
                then = after.entries[entry]["cells"][where]["outputs"][name]["dtype"]
                if then != cell["outputs"][name]["dtype"] and where.split("/")[0] in LEAK_ENVIRONMENTS:
                    leaks.append(f"{entry} {where} {name}: {cell['outputs'][name]['dtype']} became {then}")
    print(f"cells worse after --fix: {len(worse)}; outputs whose dtype changed in an environment: {len(leaks)}")
    for line in worse + leaks:
        print(f"  {line}")
    print(f"whole models that ran in zero-init with low tables and now raise: {len(mixed)}")
    for line in mixed:
        print(f"  {line}")
    return len(worse)


def report_verdicts(truth: dict, findings: Findings, before: Measured, after: Measured) -> int:
    """Outcomes of applied safe fixes that the fixed tree contradicts."""
    contradicted, open_cells = [], []
    for key, site in truth["sites"].items():
        for finding in range_findings(findings, key):
            fix, evidence = finding.get("fix") or {}, finding.get("evidence") or {}
            if fix.get("applicability") != "safe" or finding["severity"] not in PRINTED:
                continue
            for run in evidence.get("runs") or []:
                if run["outcome"] != "repaired" or run["environment"] in COMBINATIONS:
                    continue
                where = f"{run['environment']}/{run['dtype']}"
                for entry, cells in site["entries"].items():
                    if entry not in after.entries or number(cells.get(where, {}).get("before", 0)) < BAD:
                        continue
                    moved, steps = rest_of((entry, where), before, after)
                    line = f"{label(finding)}: {where} {entry} still moves by {moved:.3g}"
                    exact = left_by_exact_ranges(cells[where])
                    if math.isinf(exact):
                        open_cells.append(line)
                    elif steps > 1 and (exact >= BAD or moved > exact + moved / steps):
                        contradicted.append(line)
    print(f"'repaired' outcomes that real PyTorch contradicts: {len(contradicted)}")
    for line in contradicted:
        print(f"  {line}")
    print(f"'repaired' outcomes that it cannot judge, not finite with exact ranges either: {len(open_cells)}")
    for line in open_cells:
        print(f"  {line}")
    return len(contradicted)


def left_by_exact_ranges(cell: dict) -> float:
    """How far a cell moves where its ranges are exact: what low stores and the arithmetic behind them leave of any repair."""
    return min((number(cell[name]) for name in ("alone", "group") if name in cell), default=0.0)


def report_upstream(before: Measured, after: Measured, upstream: Measured) -> None:
    """Entry by entry: what ropelint's fix leaves against what upstream's own repair leaves."""
    tally, lines = Counter(), []
    for entry, result in before.entries.items():
        for where in result.get("cells", {}):
            if result["level"] == "whole" and after.outputs(entry, where) and upstream.outputs(entry, where):
                continue
            sizes = before.roundings(entry, where)
            ours, theirs = after.outputs(entry, where), upstream.outputs(entry, where)
            verdict = better_or_worse(ours, theirs, sizes)
            tally[verdict] += 1
            if verdict != "same":
                lines.append(f"{verdict}: {entry} {where}: {worst_of(ours)}, upstream {worst_of(theirs)}")
    print(f"cells against upstream's own repair: {dict(tally)}")
    print(*(f"  {line}" for line in lines), sep="\n")


def better_or_worse(ours: dict | None, theirs: dict | None, sizes: dict) -> str:
    if ours is None or theirs is None:
        return "same" if ours is theirs else "worse" if ours is None else "better"
    differences = [ours[name] - theirs[name] for name in sizes if abs(ours[name] - theirs[name]) > sizes[name]]
    if not differences:
        return "same"
    return "better" if max(differences) < 0 else "worse" if min(differences) > 0 else "mixed"


def worst_of(outputs: dict | None) -> str:
    return "raises" if outputs is None else f"{max(outputs.values()):.3g}"


def report_figures(truth: dict, findings: Findings) -> None:
    """Evidence figures against real ones. A sampled figure may stay below the real one, by a fifth at most."""
    agree, differ = Counter(), []
    for key, site in truth["sites"].items():
        for finding in range_findings(findings, key):
            for run in (finding.get("evidence") or {}).get("runs") or []:
                where = f"{run['environment']}/{run['dtype']}"
                real = [cells[where] for cells in site["entries"].values() if where in cells]
                if not real or not run.get("before"):
                    continue
                for name, equal in compare_run(run["before"], real, finding["evidence"].get("sampled")).items():
                    if equal is None:
                        continue
                    agree[name, equal] += 1
                    if not equal:
                        differ.append(f"{key} {where} {name}: {claimed(run['before'], name)}, real {real_of(real, name)}")
    for name in ("distinct", "first_collision", "moved"):
        print(f"evidence {name}: {agree[name, True]} agree, {agree[name, False]} differ")
    for line in differ:
        print(f"  {line}")


def compare_run(figures: dict, real: list, sampled: bool) -> dict:
    """Whether each figure agrees with that of some entry; None where there is nothing to compare."""
    ranges = [cell["range"] for cell in real if "range" in cell]
    result = {}
    for name in ("distinct", "first_collision"):
        known = ranges and figures.get("distinct") is not None
        result[name] = any(r[name] == figures.get(name) for r in ranges) if known else None
    moved = figures.get("moved")
    near = [close(number(moved), number(cell["before"]), sampled) for cell in real] if moved is not None else []
    result["moved"] = any(near) if near else None
    return result


def close(claimed_move: float, real_move: float, sampled: bool) -> bool:
    """Within 1e-3 relative; below 1e-2 what one ulp in a transcendental can cause at these lengths."""
    if math.isinf(claimed_move) or math.isinf(real_move):
        return claimed_move == real_move
    tolerance = max(1e-3 * real_move, 1e-3)
    return (0.8 if sampled else 1.0) * real_move - tolerance <= claimed_move <= real_move + tolerance


def claimed(figures: dict, name: str):
    return figures.get(name)


def real_of(real: list, name: str) -> list:
    if name == "moved":
        return sorted({str(cell["before"]) for cell in real})
    return sorted({str(cell["range"][name]) for cell in real if "range" in cell})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=Path, required=True)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path)
    parser.add_argument("--upstream", type=Path, help="measure.py's file for the tree with upstream's own repair")
    parser.add_argument("--truth", type=Path, default=TRUTH)
    parser.add_argument("--sample", action="store_true", help="judge only the entries that BEFORE holds")
    options = parser.parse_args()
    findings, before, after = Findings(options.findings), Measured(options.before), Measured(options.after)
    truth = json.loads(options.truth.read_text())
    if options.sample:
        truth["sites"] = {k: s for k, s in truth["sites"].items() if any(e in before.entries for e in s["entries"])}
    failures = report_named(truth, findings) < NAMED
    failures += report_false_claims(truth, findings, before)
    report_figures(truth, findings)
    if options.after:
        failures += report_repaired(truth, before, after) < REPAIRED
        failures += report_plain(before, after)
        failures += report_worse(before, after)
        failures += report_verdicts(truth, findings, before, after)
    if options.after and options.upstream:
        report_upstream(before, after, Measured(options.upstream))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
