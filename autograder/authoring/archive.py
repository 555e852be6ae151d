"""The zip that a class gets: units to work on and all that they run on, but no solution of theirs."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import RELEASE
from autograder.authoring.reference import reference_module
from autograder.authoring.release import student_files
from autograder.authoring.source import ROOT, read_source
from autograder.slicing import statements

# Everything that the course runs on, but neither solutions, nor their executed notebooks, nor answers to the checks.
PACKAGES = ("autograder", "data", "figures", "mine.py")
FILES = ("pyproject.toml", "constraints.txt", "environment.yml", "Makefile", "LICENSE")
FOLDER = f"transformers-course-{RELEASE}"
README = Path(__file__).parent / "templates" / "class-readme.md"
# The earliest date that a zip can hold; any fixed one keeps the archive of one release the same file.
DATE = (1980, 1, 1, 0, 0, 0)


def archive(units: Sequence[str], to: Path, root: Path = ROOT) -> Path:
    """Write the archive of these units into the folder ``to`` and return its path."""
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"{FOLDER}-{'-'.join(unit[:2] for unit in units)}.zip"
    partial = path.with_suffix(".part")
    with zipfile.ZipFile(partial, "w") as bundle:
        for name, content in contents(units, root).items():
            _add(bundle, f"{FOLDER}/{name}", content)
    partial.replace(path)
    return path


def contents(units: Sequence[str], root: Path = ROOT) -> dict[str, bytes]:
    """Return the archive's files by their path, the units' freshly made from their sources."""
    files = {file.relative_to(root).as_posix(): file.read_bytes() for file in _shared(root)}
    for unit in units:
        files.update((path.as_posix(), content) for path, content in student_files(unit, root).items())
    listed = "\n".join(f"- `{unit}`" for unit in units)
    files["README.md"] = README.read_text(encoding="utf-8").replace("UNITS", listed).encode()
    return files


def solved_by(units: Sequence[str], root: Path = ROOT) -> dict[str, list[str]]:
    """Return, by unit, the exercises of the archive's other units that it holds references of."""
    sources = {unit: read_source(unit, root) for unit in units}
    exercises = {name for source in sources.values() for name in source.exercises}
    held = {unit: _defined(reference_module(source, root)) & exercises for unit, source in sources.items()}
    return {unit: sorted(names) for unit, names in held.items() if names}


def _defined(module: str) -> frozenset[str]:
    return frozenset[str]().union(*(statement.binds for statement in statements(module)))


def _shared(root: Path) -> Iterator[Path]:
    for name in (*PACKAGES, *FILES):
        file = root / name
        inside = sorted(file.rglob("*")) if file.is_dir() else [file]
        yield from (f for f in inside if f.is_file() and "__pycache__" not in f.parts and not f.name.startswith("."))


def _add(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    information = zipfile.ZipInfo(name, DATE)
    information.external_attr = 0o644 << 16
    bundle.writestr(information, content, zipfile.ZIP_DEFLATED)
