"""Recall and silence of ropelint on transformers 4.37.2.

    recall.py FINDINGS.json [--paths PATH ...] [--require SHARE]

Recall: of the float and ambient ranges that upstream's repair changed, the share with a finding of any severity, by form
of the dtype argument, and every miss. Silence: errors and warnings on calls that must not raise any. FINDINGS is the
output of `ropelint check --severity note --output-format json`.
"""
import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from findings import PRINTED, RANGE_RULES, Findings, label

CORPUS = Path(__file__).with_name("transformers-4.37.2.json")

# Errors and warnings at other lines, judged right by reading: (path, line, rule).
JUDGED_ELSEWHERE: set[tuple[str, int, str]] = {
    # int64 * float and what follows it, in tables made while the module is built: real under a low default dtype
    # (test/oracle/truth-4.37.2.json, counts_elsewhere).
    ("models/patchtsmixer/modeling_patchtsmixer.py", 149, "default-dtype-frequency"),
    ("models/patchtst/modeling_patchtst.py", 692, "default-dtype-frequency"),
    ("models/whisper/modeling_whisper.py", 88, "default-dtype-frequency"),
    # int64 / int, which float-range leaves to its neighbour rule.
    ("models/gptj/modeling_gptj.py", 59, "default-dtype-frequency"),
    ("models/codegen/modeling_codegen.py", 56, "default-dtype-frequency"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("findings", type=Path)
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
    elsewhere = report_beyond(chosen(corpus["missedUpstream"]), corpus, findings)
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


def report_beyond(missed_upstream: list, corpus: dict, findings: Findings) -> list:
    """Prints what ropelint says about float ranges upstream missed; returns errors and warnings nobody has judged yet."""
    print("float ranges that upstream left alone:")
    for site in missed_upstream:
        here = [label(finding) for finding in findings.at(site)] or [f"{site['path']}:{site['line']} silent"]
        print("  " + "; ".join(here))
    listed = {(row["path"], row["line"]) for rows in ("sites", "missedUpstream") for row in corpus[rows]}
    rest = [f for f in findings.all if f["severity"] in PRINTED and (f["path"], f["location"]["row"]) not in listed]
    rest = [f for f in rest if (f["path"], f["location"]["row"], f["code"]) not in JUDGED_ELSEWHERE]
    print(f"errors and warnings elsewhere, not judged yet: {len(rest)}")
    for finding in rest:
        print("  " + label(finding))
    return rest


if __name__ == "__main__":
    sys.exit(main())
