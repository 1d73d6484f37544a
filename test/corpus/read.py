"""Reads real releases with ropelint and holds its errors and warnings against what readers have said of them.

    read.py [--read PACKAGE-VERSION...] [--all] [--saved] [--select ALL] [--judge FILE] [--check] [--complete]

Every release is checked as a whole, at severity warning. Findings without a judgement (judgements.py) are written to
.corpus/unjudged/, one page a release, with the source around them, and to a .jsonl beside it that a reader fills in:
{"fingerprint": ..., "verdict": "true" | "false", "reason": "one line"}. `--judge FILE` stores what was filled in.

True means: the hazard exists in an environment that the finding names, and it matters there. --check fails where an
error is false, or more than one warning in 25; with --complete also where something is not judged.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import fetch
from findings import PRINTED, label
from judgements import Store, read_verdicts

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".corpus"
CONTEXT = 25
# A run that takes more is ended and reported: both are defects of ropelint.
LIMIT_SECONDS = 1200
LIMIT_MIB = 6000
FALSE_WARNINGS = 1 / 25


@dataclass
class Reading:
    """The findings of one release."""

    package: str
    version: str
    tree: Path
    findings: list[dict]
    cost: str
    # Why there are no findings, where the run was no good.
    failure: str | None = None

    @property
    def name(self) -> str:
        return f"{self.package}-{self.version}"


def main() -> int:
    options = arguments()
    rows = [row for row in fetch.releases() if options.all or row["name"] in options.read]
    unknown = set(options.read) - {row["name"] for row in rows}
    if unknown:
        sys.exit(f"{fetch.RELEASES.name} has no {', '.join(sorted(unknown))}")
    if options.judge:
        store_verdicts(options.judge)
    readings = []
    for row in rows:
        reading = saved(row) if options.saved else read(row, options.select)
        print(f"{reading.name:32} {reading.cost} {reading.failure or ''}".rstrip(), flush=True)
        readings.append(reading)
    status = report(readings, options) if readings else 0
    return 1 if any(reading.failure for reading in readings) else status


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--read", nargs="+", default=[], metavar="PACKAGE-VERSION")
    parser.add_argument("--all", action="store_true", help="every release of releases.json")
    parser.add_argument("--saved", action="store_true", help="report on the findings of the last run, and run nothing")
    parser.add_argument("--select", metavar="RULES", help="passed on to ropelint; ALL takes the strict rules too")
    parser.add_argument("--judge", type=Path, metavar="FILE", help="store a reader's verdicts on the findings of the last run")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--complete", action="store_true", help="with --check: unjudged findings fail too")
    options = parser.parse_args()
    if not (options.read or options.all or options.judge):
        parser.error("name releases, or --all, or --judge FILE")
    return options


def read(row: dict, select: str | None) -> Reading:
    """Runs ropelint over a release."""
    tree = fetch.fetch(row["name"])
    output = WORK / "findings" / f"{row['name']}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    command = shlex.split(os.environ.get("ROPELINT", f"node {ROOT / 'bin' / 'ropelint.js'}"))
    command += ["check", "--exit-zero", "--no-cache", "--output-format", "json", "--output-file", str(output)]
    command += ["--select", select] if select else []
    start = time.monotonic()
    process = subprocess.Popen([*command, "."], cwd=tree)
    failure, usage = wait(process, start)
    seconds, memory = time.monotonic() - start, usage.ru_maxrss // 1024
    cost = f"{sum(1 for _ in tree.rglob('*.py')):5} files {seconds:6.1f} s {memory:5} MiB"
    findings = [] if failure else [finding for finding in load(output) if finding["severity"] in PRINTED]
    return Reading(row["package"], row["version"], tree, findings, cost, failure)


def saved(row: dict) -> Reading:
    """The findings of the last run over a release."""
    output = WORK / "findings" / f"{row['name']}.json"
    findings = [finding for finding in load(output) if finding["severity"] in PRINTED] if output.exists() else []
    failure = None if output.exists() else "has no findings saved"
    return Reading(row["package"], row["version"], fetch.fetch(row["name"]), findings, "as saved", failure)


def load(output: Path) -> list[dict]:
    """Findings of a run, each with its path below the release's folder."""
    findings = json.loads(output.read_text(encoding="utf-8"))
    for finding in findings:
        finding["path"] = finding["filename"].removeprefix("./")
    return findings


def wait(process: subprocess.Popen, start: float):
    """What went wrong with a child, if anything, and its resources."""
    failure = None
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            return failure or (f"ended with {code}" if code else None), usage
        late, large = time.monotonic() - start > LIMIT_SECONDS, resident_mib(process.pid) > LIMIT_MIB
        if (late or large) and not failure:
            failure = f"ended after {LIMIT_SECONDS} s" if late else f"ended at {LIMIT_MIB} MiB"
            process.kill()
        time.sleep(0.05)


def resident_mib(pid: int) -> int:
    """0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") >> 20


def store_verdicts(file: Path) -> None:
    """Stores a reader's verdicts on findings of the last runs, as .corpus/findings holds them."""
    known = defaultdict(list)
    for row in fetch.releases():
        output = WORK / "findings" / f"{row['name']}.json"
        for finding in load(output) if output.exists() else []:
            known[finding["fingerprint"]].append((row, finding))
    stores: dict[str, Store] = {}
    for verdict in read_verdicts(file):
        places = [place for place in known[verdict["fingerprint"]] if verdict.get("path") in (None, place[1]["path"])]
        if not places:
            sys.exit(f"no finding of the last runs has the fingerprint {verdict['fingerprint']} {verdict.get('path', '')}")
        for row, finding in places:
            store = stores.setdefault(row["package"], Store(row["package"]))
            store.judge(finding, verdict["verdict"], verdict["reason"])
            store.meet(store.rows[finding["fingerprint"], finding["path"]], row["version"])
    for store in stores.values():
        store.write()


@dataclass
class Count:
    true: int = 0
    false: int = 0
    unjudged: int = 0

    def add(self, verdict: str) -> None:
        setattr(self, verdict, getattr(self, verdict) + 1)

    @property
    def rate(self) -> float:
        judged = self.true + self.false
        return self.false / judged if judged else 0.0


def report(readings: list[Reading], options: argparse.Namespace) -> int:
    """Counts every finding once, however many releases of its package hold it; its severity is the worst of theirs."""
    verdicts, severities, unjudged, false = {}, {}, defaultdict(list), {}
    for package in dict.fromkeys(reading.package for reading in readings):
        store = Store(package)
        for reading in (reading for reading in reversed(readings) if reading.package == package):
            for finding in reading.findings:
                judgement = store.find(finding, reading.tree)
                # A finding that moved is counted where it was judged.
                path = judgement.path if judgement else finding["path"]
                key = package, finding["code"], finding["fingerprint"], path
                severities[key] = min(finding["severity"], severities.get(key, "warning"))
                first = key not in verdicts
                verdicts[key] = judgement.verdict if judgement else "unjudged"
                if judgement:
                    store.meet(judgement, reading.version)
                    if judgement.verdict == "false":
                        false.setdefault(key, f"{reading.name}/{label(finding)}: {judgement.reason}")
                elif first:
                    unjudged[reading.name].append(finding)
        if store.rows and not options.check:
            store.write()
    write_unjudged(readings, unjudged)
    return print_counts(verdicts, severities, list(false.values()), options)


def print_counts(verdicts: dict, severities: dict, false: list[str], options: argparse.Namespace) -> int:
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    for key, verdict in verdicts.items():
        severity = severities[key]
        counts[key[1], severity].add(verdict)
        counts["", severity].add(verdict)
    print(f"\n{'rule':28} {'severity':8} {'true':>5} {'false':>5} {'unjudged':>8}   false of judged")
    for (rule, severity), count in sorted(counts.items(), key=lambda item: (item[0][0] == "", item[0])):
        print(f"{rule or 'all':28} {severity:8} {count.true:5} {count.false:5} {count.unjudged:8}   {count.rate:.1%}")
    for line in sorted(false):
        print(f"  false: {line}")
    left = counts["", "error"].unjudged + counts["", "warning"].unjudged
    if left:
        print(f"{left} not judged yet: {WORK.name}/unjudged/")
    bad = counts["", "error"].false > 0 or counts["", "warning"].rate > FALSE_WARNINGS
    return 1 if options.check and (bad or (options.complete and left)) else 0


def write_unjudged(readings: list[Reading], unjudged: dict[str, list[dict]]) -> None:
    """A page a release for the reader, and lines to fill in. A release without any loses its old page."""
    folder = WORK / "unjudged"
    folder.mkdir(parents=True, exist_ok=True)
    for reading in readings:
        page, lines = folder / f"{reading.name}.md", folder / f"{reading.name}.jsonl"
        findings = unjudged.get(reading.name, [])
        if not findings:
            page.unlink(missing_ok=True)
            lines.unlink(missing_ok=True)
            continue
        store = Store(reading.package)
        page.write_text("\n".join(section(reading, finding, store) for finding in findings), encoding="utf-8")
        lines.write_text("".join(f"{json.dumps(blank(finding))}\n" for finding in findings), encoding="utf-8")


def blank(finding: dict) -> dict:
    keys = {key: finding[key] for key in ("fingerprint", "path")}
    return {**keys, "at": label(finding), "verdict": "", "reason": ""}


def section(reading: Reading, finding: dict, store: Store) -> str:
    """What a reader needs: the finding, what was said of its like, the source around it."""
    evidence = finding.get("evidence") or {}
    parts = [f"## {label(finding)}", "", finding["message"], "", f"fingerprint {finding['fingerprint']}"]
    parts += [f"probe values: {item['name']} = {item['value']} ({item['source']})" for item in evidence.get("inputs") or []]
    parts += [f"verdict of the rewrite: {evidence.get('verdict')}; {evidence.get('reason') or ''}"]
    for run in evidence.get("runs") or []:
        parts.append(f"{run['environment']} {run['dtype']}: {run['outcome']}, moved {(run['before'] or {}).get('moved')}")
    parts += [f"related: {item['location']['row']}: {item['message']}" for item in finding.get("related") or []]
    parts += [f"same text judged {row.verdict} in {row.path}: {row.reason}" for row in store.alike(finding)]
    source = (reading.tree / finding["path"]).read_text(encoding="utf-8", errors="replace").splitlines()
    first, last = finding["location"]["row"], finding["end_location"]["row"]
    shown = range(max(1, first - CONTEXT), min(len(source), last + CONTEXT) + 1)
    parts += ["", "```python"]
    parts += [f"{'>' if first <= row <= last else ' '}{row:5} {source[row - 1]}" for row in shown]
    return "\n".join([*parts, "```", ""])


if __name__ == "__main__":
    sys.exit(main())
