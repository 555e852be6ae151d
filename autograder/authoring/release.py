"""Builds what is generated: the student notebook, earlier references, the executed solution, a class's archive."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Config

from autograder import RELEASE
from autograder.authoring.reference import reference_module
from autograder.authoring.source import ROOT, Source, SourceError, code_cell, read_source, validate
from autograder.grading.files import write_atomically
from autograder.units import load_unit

STUB = "raise NotImplementedError  # your code here"
# First what takes solutions out, then what seals the result: a checksum must be of the cell that the student gets.
TO_STUDENT = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)
MAX_EXECUTED_BYTES = 1_000_000
CELL_TIMEOUT_S = 300
# What a class gets: everything that the course runs on, but neither solutions nor tests.
SHARED = (
    "autograder", "data", "figures", "mine.py", "README.md", "LICENSE", "Makefile",
    "pyproject.toml", "constraints.txt", "environment.yml",
)  # fmt: skip


def source_notebook(source: Source) -> NotebookNode:
    """Return the source with nbgrader's metadata, solutions included; byte for byte the same each time."""
    points = {component.name: component.max_score for component in load_unit(source.unit).components}
    notebook: NotebookNode = nbformat.from_dict(source.notebook)
    for index, cell in enumerate(notebook.cells):
        cell.metadata = _cell_metadata(cell, source.unit, points)
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell-{index}"
    notebook.metadata = nbformat.from_dict(
        {
            "course": {"unit": source.unit, "release": RELEASE},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def student_notebook(source: Source) -> NotebookNode:
    """Return what a student gets: solutions replaced by a stub, given and check cells locked."""
    config = Config()
    config.ClearSolutions.code_stub = {"python": STUB}
    notebook, resources = source_notebook(source), {"unique_key": source.unit, "notebook_name": source.unit}
    for preprocessor in TO_STUDENT:
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
    return notebook


def executed_notebook(source: Source, folder: Path) -> NotebookNode:
    """Run the solution in ``folder`` and return it with its outputs and the hash of its inputs; SourceError if it fails."""
    notebook = source_notebook(source)
    try:
        NotebookClient(notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3", resources=_in(folder)).execute()
    except CellExecutionError as error:
        raise SourceError(f"The solution of {source.unit} does not run through:\n{error}") from None
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = nbformat.from_dict({"name": "python"})
    notebook.metadata.course.inputs = inputs_hash(source.unit)
    return notebook


def inputs_hash(unit: str, root: Path = ROOT) -> str:
    """Return one SHA-256 of everything that a unit's executed solution is made from."""
    package = f"u{unit.replace('-', '_')}"
    patterns = (
        f"solutions/{unit}/{unit}.py",
        f"solutions/{unit}/questions.yaml",
        f"autograder/units/{package}/*.py",
        "figures/**/*.py",
        "figures/templates/*",
        "data/*.py",
        f"data/results/{unit[:2]}.json",
    )
    digest = hashlib.sha256(reference_module(read_source(unit, root), root).encode())
    for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
        digest.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def student_files(unit: str, root: Path = ROOT) -> dict[Path, bytes]:
    """Return the files of ``course/<unit>`` by their path below the root."""
    source = read_source(unit, root)
    validate(source, load_unit(unit))
    folder, questions = Path("course") / unit, root / "solutions" / unit / "questions.yaml"
    files = {folder / f"{unit}.ipynb": to_bytes(student_notebook(source))}
    if reference := reference_module(source, root):
        files[folder / "reference.py"] = reference.encode()
    if questions.exists():
        files[folder / "questions.yaml"] = questions.read_bytes()
    return files


def executed_path(unit: str, root: Path = ROOT) -> Path:
    """Return where a unit's executed solution lies."""
    return root / "solutions" / unit / f"{unit}.ipynb"


def build(unit: str, root: Path = ROOT) -> None:
    """Write a unit's student files, nbgrader's source for it, and its executed solution if its inputs have changed."""
    files = student_files(unit, root)
    for path in (root / "course" / unit).glob("*"):
        if path.is_file() and path.relative_to(root) not in files:
            path.unlink()
    source = read_source(unit, root)
    for path, content in list(files.items()):
        is_notebook = path.suffix == ".ipynb"
        files[Path("build/source") / unit / path.name] = to_bytes(source_notebook(source)) if is_notebook else content
    for path, content in files.items():
        write_atomically(root / path, content)
    if not is_executed(unit, root):
        executed = to_bytes(executed_notebook(source, root / "course" / unit))
        if len(executed) > MAX_EXECUTED_BYTES:
            raise ValueError(
                f"The executed {unit} has {len(executed):,} bytes; at most {MAX_EXECUTED_BYTES:,} are allowed."
            )
        write_atomically(executed_path(unit, root), executed)


def stale(unit: str, root: Path = ROOT) -> list[str]:
    """Return which of a unit's generated files don't fit its source, without executing anything."""
    files = student_files(unit, root)
    wrong = [f"{path} differs from its source" for path, content in files.items() if _content(root / path) != content]
    there = (path.relative_to(root) for path in (root / "course" / unit).glob("*") if path.is_file())
    wrong += [f"{path} is no longer made" for path in there if path not in files]
    if not is_executed(unit, root):
        wrong.append(f"{executed_path(unit, root).relative_to(root)} was executed from other inputs")
    return wrong


def is_executed(unit: str, root: Path = ROOT) -> bool:
    """Whether a unit's executed solution was made from today's inputs."""
    path = executed_path(unit, root)
    if not path.exists():
        return False
    recorded = nbformat.read(path, as_version=4).metadata.get("course", {}).get("inputs")
    return bool(recorded == inputs_hash(unit, root))


def archive(units: Iterable[str], to: Path, root: Path = ROOT) -> Path:
    """Write the zip that a class gets: the units' student files and what they run on, never a solution of theirs."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as bundle:
        for unit in units:
            for path, content in student_files(unit, root).items():
                _add(bundle, path, content)
        for name in SHARED:
            for file in _files(root / name):
                _add(bundle, file.relative_to(root), file.read_bytes())
    return to


def to_bytes(notebook: NotebookNode) -> bytes:
    """Return a notebook as it is written to disk."""
    return (str(nbformat.writes(notebook)).rstrip("\n") + "\n").encode()


def _cell_metadata(cell: NotebookNode, unit: str, points: dict[str, int]) -> NotebookNode:
    kept = {key: cell.metadata[key] for key in ("tags", "slideshow") if key in cell.metadata}
    if cell.cell_type == "code":
        told = code_cell(cell, unit)
        if told.role != "demo":
            kept["nbgrader"] = _nbgrader(told.role, told.name, points)
    metadata: NotebookNode = nbformat.from_dict(kept)
    return metadata


def _nbgrader(role: str, name: str, points: dict[str, int]) -> dict[str, Any]:
    label = {"exercise": name, "check": f"check-{name}", "given": f"given-{name}"}[role]
    flags = {"grade": role == "check", "locked": role != "exercise", "solution": role == "exercise", "task": False}
    worth = {"points": points[name]} if role == "check" else {}
    return {"grade_id": label, "schema_version": 3, **flags, **worth}


def _in(folder: Path) -> dict[str, Any]:
    return {"metadata": {"path": str(folder)}}


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def _add(bundle: zipfile.ZipFile, path: Path, content: bytes) -> None:
    # A fixed date keeps the archive of the same release the same file.
    bundle.writestr(zipfile.ZipInfo(str(path), date_time=(2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
