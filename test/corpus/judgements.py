"""What readers have said of ropelint's findings on real releases: one file a package under judgements/.

A judgement belongs to a fingerprint and a path, and to no release: a finding that is met again in another release of the
package has been judged. Where the path is gone, the same fingerprint elsewhere is the finding that moved; where it is
still there, the other place is a copy, whose callers may differ, and asks for a judgement of its own.
"""
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = Path(__file__).with_name("judgements")
VERDICTS = ("true", "false")


@dataclass
class Judgement:
    fingerprint: str
    rule: str
    path: str
    verdict: str
    reason: str
    # Versions of the package in which a run has met it.
    releases: list[str] = field(default_factory=list)


class Store:
    """All judgements of one package."""

    def __init__(self, package: str):
        self.file = FOLDER / f"{package}.json"
        rows = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else []
        self.rows = {(row["fingerprint"], row["path"]): Judgement(**row) for row in rows}

    def find(self, finding: dict, tree: Path) -> Judgement | None:
        """The judgement of a finding in a release that lies at `tree`."""
        exact = self.rows.get((finding["fingerprint"], finding["path"]))
        if exact:
            return exact
        alike = self.alike(finding)
        moved = alike and not any((tree / other.path).exists() for other in alike)
        return alike[0] if moved and len({other.verdict for other in alike}) == 1 else None

    def alike(self, finding: dict) -> list[Judgement]:
        """Judgements of the same text in an equally named definition of other files."""
        return [row for row in self.rows.values() if row.fingerprint == finding["fingerprint"]]

    def judge(self, finding: dict, verdict: str, reason: str) -> None:
        """Stores what a reader says; a second judgement of the same finding takes the first one's place."""
        key = finding["fingerprint"], finding["path"]
        known = self.rows.get(key)
        releases = known.releases if known else []
        self.rows[key] = Judgement(key[0], finding["code"], key[1], verdict, reason, releases)

    def meet(self, judgement: Judgement, version: str) -> None:
        """Notes that a run met a judged finding in a version."""
        if version not in judgement.releases:
            judgement.releases = sorted([*judgement.releases, version], key=ordered)

    def write(self) -> None:
        rows = sorted(self.rows.values(), key=lambda row: (row.rule, row.path, row.fingerprint))
        lines = ",\n".join(json.dumps(asdict(row), ensure_ascii=False) for row in rows)
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(f"[\n{lines}\n]\n" if rows else "[]\n", encoding="utf-8")


def ordered(version: str) -> list:
    return [(int(part), "") if part.isdigit() else (0, part) for part in version.split(".")]


def read_verdicts(file: Path) -> list[dict]:
    """What a reader wrote: a JSON array, or one object a line; `path` only where one fingerprint is at several."""
    text = file.read_text(encoding="utf-8").strip()
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines() if line.strip()]
    for row in rows:
        row["verdict"] = str(row.get("verdict", "")).lower()
    bad = [row for row in rows if row["verdict"] not in VERDICTS or not str(row.get("reason", "")).strip()]
    if bad:
        raise ValueError(f"{file}: needs a verdict (true or false) and a reason: {json.dumps(bad[0])}")
    return rows
