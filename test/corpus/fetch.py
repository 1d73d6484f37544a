"""Downloads releases of real projects and unpacks their Python files. Nothing in a release is built or executed.

    fetch.py PACKAGE-VERSION...     prints the folder of each, one a line
    fetch.py --all                  the same for every release of releases.json

A release lies under <cache>/ropelint/corpus/PACKAGE-VERSION; one that is there already is not asked for again.
"""
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

RELEASES = Path(__file__).with_name("releases.json")
NO_BUILD = Path(__file__).with_name("no-build")

# Wheels are chosen for one machine, whatever machine this is: only their Python files are kept.
WHEEL = ("--only-binary=:all:", "--python-version", "3.12") + tuple(
    f"--platform={platform}"
    for platform in ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64", "linux_x86_64")
)
SOURCE = ("--no-binary=:all:", "--no-build-isolation", "--use-pep517")


def releases() -> list[dict]:
    """The rows of the table that are read, each with its `name`."""
    return [row for row in every_row() if "only" not in row]


def every_row() -> list[dict]:
    rows = json.loads(RELEASES.read_text())["releases"]
    return [{**row, "name": f"{row['package']}-{row['version']}"} for row in rows]


def fetch(name: str) -> Path:
    """The folder that holds a release of the table."""
    row = next((row for row in every_row() if row["name"] == name), None)
    if row is None:
        sys.exit(f"fetch.py: {RELEASES.name} has no {name}")
    target = cache() / name
    if not target.is_dir():
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache(), prefix="staging.") as staging:
            tree = Path(staging, "tree")
            unpack(download(row, Path(staging, "archive")), tree)
            publish(tree, target)
    return target


def cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "ropelint", "corpus")


def download(row: dict, folder: Path) -> Path:
    source = row.get("archive") == "sdist"
    paths = [str(NO_BUILD), os.environ.get("PYTHONPATH")] if source else [os.environ.get("PYTHONPATH")]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", folder]
        + [*(SOURCE if source else WHEEL), f"{row['package']}=={row['version']}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "ROPELINT_RELEASE": row["name"]},
        stdout=sys.stderr,
        check=True,
    )
    (archive,) = folder.iterdir()
    return archive


def unpack(archive: Path, tree: Path) -> None:
    """Writes the archive's Python files below `tree`, without the folder that a source archive wraps them in."""
    for member, read in members(archive):
        path = PurePosixPath(member)
        if path.suffix != ".py" or path.is_absolute() or ".." in path.parts or "\\" in member:
            continue
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(read())


def members(archive: Path):
    """Name and reader of every regular file."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir():
                    yield entry.filename, lambda entry=entry: wheel.read(entry)
    else:
        with tarfile.open(archive) as source:
            for entry in source:
                if entry.isfile():
                    yield entry.name.partition("/")[2], lambda entry=entry: source.extractfile(entry).read()


def publish(tree: Path, target: Path) -> None:
    """Moves the finished tree into place; another process may have been faster."""
    try:
        tree.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def main() -> int:
    names = [row["name"] for row in releases()] if sys.argv[1:] == ["--all"] else sys.argv[1:]
    if not names:
        sys.exit(__doc__)
    for name in names:
        print(fetch(name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
