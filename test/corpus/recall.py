"""Recall and silence of ropelint on transformers 4.37.2.

    recall.py FINDINGS.json --tree FOLDER [--paths PATH ...] [--require SHARE]

Recall: of the float and ambient ranges that upstream's repair changed, the share with a finding of any severity, by form
of the dtype argument, and every miss. Silence: errors and warnings on calls that must not raise any. FINDINGS is the
output of `ropelint check --severity note --output-format json` on FOLDER/transformers. Errors and warnings at other
lines must have been judged right by reading (judgements/transformers.json).
"""
import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from findings import PRINTED, RANGE_RULES, Findings, label
from judgements import Store

CORPUS = Path(__file__).with_name("transformers-4.37.2.json")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("findings", type=Path)
    parser.add_argument("--tree", type=Path, required=True, help="the release, unpacked")
    parser.add_argument("--paths", nargs="*", default=[], help="judge only these files (paths below transformers/)")
    parser.add_argument("--require", type=float, default=0.98, help="the share of upstream's ranges to be found")
    options = parser.parse_args()
    corpus = json.loads(CORPUS.read_text())
    findings = Findings(options.findings)

    def chosen(rows):
        return [row for row in rows if not options.paths or row["path"] in options.paths]

    sites = [site for site in chosen(corpus["sites"]) if site["class"] == "float-or-ambient"]
    missed = report_recall(sites, findings)
    alarms = report_silence(chosen(corpus["expectSilent"]), findings)
    elsewhere = report_beyond(chosen(corpus["missedUpstream"]), corpus, findings, options.tree)
    unsupported = [f for f in findings.all if (f.get("evidence") or {}).get("verdict") == "unsupported"]
    print(f"\nfindings: {len(findings.all)}, of which unsupported: {len(unsupported)}")
    print("verdicts:", dict(Counter((f.get("evidence") or {}).get("verdict") for f in findings.all)))
    recall = 1 - len(missed) / len(sites) if sites else 1.0
    return 0 if recall >= options.require and not alarms and not elsewhere else 1


def report_recall(sites: list, findings: Findings) -> list:
    """Prints recall by form and the misses; returns the misses."""
    found, missed = Counter(), []
    forms = Counter(site["form"] for site in sites)
    severities = Counter()
    for site in sites:
        here = [finding for finding in findings.at(site) if finding["code"] in RANGE_RULES]
        if not here:
            missed.append(site)
            continue
        found[site["form"]] += 1
        severities[here[0]["severity"]] += 1
    print(f"recall: {len(sites) - len(missed)} of {len(sites)} ranges that upstream changed; {dict(severities)}")
    for form, total in forms.most_common():
        print(f"  {form:22} {found[form]:3} of {total}")
    for site in missed:
        print(f"  missed {site['path']}:{site['line']}:{site['column']} {site['form']} in {site['definition']}")
    return missed


def report_silence(silent: list, findings: Findings) -> list:
    """Prints errors and warnings on calls that must stay silent; returns them."""
    alarms = []
    for site in silent:
        for finding in findings.at(site):
            other_rule = site["reason"] == "integer range that feeds frequencies" and finding["code"] != "float-range"
            if finding["severity"] in PRINTED and not other_rule:
                alarms.append((site, finding))
    print(f"silence: {len(silent)} calls, {len(alarms)} false alarms")
    for site, finding in alarms:
        print(f"  false alarm ({site['reason']}) {label(finding)}")
    return alarms


def report_beyond(missed_upstream: list, corpus: dict, findings: Findings, tree: Path) -> list:
    """Prints what ropelint says about float ranges upstream missed; returns other errors and warnings not judged right."""
    print("float ranges that upstream left alone:")
    for site in missed_upstream:
        here = [label(finding) for finding in findings.at(site)] or [f"{site['path']}:{site['line']} silent"]
        print("  " + "; ".join(here))
    listed = {(row["path"], row["line"]) for rows in ("sites", "missedUpstream") for row in corpus[rows]}
    rest = [f for f in findings.all if f["severity"] in PRINTED and (f["path"], f["location"]["row"]) not in listed]
    store = Store("transformers")
    judged = [(f, store.find({**f, "path": f"transformers/{f['path']}"}, tree)) for f in rest]
    rest = [(f, judgement) for f, judgement in judged if judgement is None or judgement.verdict != "true"]
    print(f"errors and warnings elsewhere: {len(judged)}, of which not judged right: {len(rest)}")
    for finding, judgement in rest:
        print(f"  {label(finding)} {judgement.verdict + ': ' + judgement.reason if judgement else 'not judged yet'}")
    return rest


if __name__ == "__main__":
    sys.exit(main())
