"""ropelint's JSON output, looked up by the position of a range."""
import json
from pathlib import Path

RANGE_RULES = ("float-range", "default-dtype-frequency")
PRINTED = ("error", "warning")


class Findings:
    """All findings of a run over a transformers tree, by path below `transformers/`."""

    def __init__(self, output: Path):
        self.all = json.loads(output.read_text(encoding="utf-8"))
        self.by_path: dict[str, list] = {}
        for finding in self.all:
            finding["path"] = finding["filename"].replace("\\", "/").rsplit("/transformers/", 1)[-1]
            self.by_path.setdefault(finding["path"], []).append(finding)

    def at(self, site: dict) -> list:
        """Findings whose primary location is the call, or whose span holds its first character."""
        here = self.by_path.get(site["path"], [])
        where = (site["line"], site["column"])
        exact = [finding for finding in here if start_of(finding) == where]
        return exact or [finding for finding in here if start_of(finding) <= where < end_of(finding)]


def start_of(finding: dict) -> tuple[int, int]:
    return finding["location"]["row"], finding["location"]["column"]


def end_of(finding: dict) -> tuple[int, int]:
    return finding["end_location"]["row"], finding["end_location"]["column"]


def label(finding: dict) -> str:
    """path:line:column severity [rule] environments, for a list that a person reads."""
    row, column = start_of(finding)
    names = ", ".join(finding.get("environments") or [])
    return f"{finding['path']}:{row}:{column} {finding['severity']} [{finding['code']}] {names}"
