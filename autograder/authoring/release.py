"""Builds what is generated from a unit's source: the student's notebook with what lies beside it, and the solution."""

from pathlib import Path
from typing import Any

import nbformat
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
from traitlets.config.loader import PyFileConfigLoader

from autograder import RELEASE
from autograder.authoring import executed, guides
from autograder.authoring.numbers import NumbersError, fill
from autograder.authoring.reference import reference_module
from autograder.authoring.source import ROOT, Source, SourceError, code_cell, read_source, validate
from autograder.grading.files import write_atomically
from autograder.units import load_unit
from data.tables import Table, results

QUESTIONS = "questions.yaml"
REFERENCE = "reference.py"
# nbgrader's own order, without what asks a database: first solutions and outputs go, then the result is sealed.
TO_STUDENT = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)


def source_notebook(source: Source) -> NotebookNode:
    """Return the source with nbgrader's metadata, solutions included; byte for byte the same each time."""
    points = {component.name: component.max_score for component in load_unit(source.unit).components}
    measured = _measured(source.unit)
    notebook: NotebookNode = nbformat.from_dict(source.notebook)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = _filled(cell.source, measured, source.unit)
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
    config = nbgrader_config()
    notebook, resources = source_notebook(source), {"unique_key": source.unit, "notebook_name": source.unit}
    for preprocessor in TO_STUDENT:
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    return notebook


def nbgrader_config() -> Config:
    """Return the configuration that nbgrader's own commands read."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()


def student_files(unit: str, root: Path = ROOT) -> dict[Path, bytes]:
    """Return the files of ``course/<unit>`` by their path below the root; SourceError if the source breaks a rule."""
    source = read_source(unit, root)
    validate(source, load_unit(unit))
    folder, questions = Path("course") / unit, root / "solutions" / unit / QUESTIONS
    files = {folder / f"{unit}.ipynb": to_bytes(student_notebook(source))}
    if reference := reference_module(source, root):
        files[folder / REFERENCE] = reference.encode()
    if questions.exists():
        files[folder / QUESTIONS] = questions.read_bytes()
    return files


def build(unit: str, root: Path = ROOT) -> str:
    """Write a unit's student files, nbgrader's source, its guide's tables, and, if its inputs changed, the solution.

    Returns what was done. SourceError if the source breaks a rule or its solution doesn't run.
    """
    files = student_files(unit, root)
    source = read_source(unit, root)
    for path, content in files.items():
        write_atomically(root / path, content)
        with_solutions = to_bytes(source_notebook(source)) if path.suffix == ".ipynb" else content
        write_atomically(root / "build" / "source" / unit / path.name, with_solutions)
    for name in (REFERENCE, QUESTIONS):
        if Path("course") / unit / name not in files:
            (root / "course" / unit / name).unlink(missing_ok=True)
            (root / "build" / "source" / unit / name).unlink(missing_ok=True)
    if guide := guides.refreshed(unit, root):
        write_atomically(guides.guide_path(unit, root), guide.encode())
    if not executed.changed(source, root):
        return "built; the executed solution still fits"
    content = to_bytes(executed.notebook(source_notebook(source), source, root))
    if len(content) > executed.MAX_BYTES:
        raise SourceError(
            f"The executed {unit} has {len(content):,} bytes; at most {executed.MAX_BYTES:,} are allowed."
        )
    write_atomically(executed.path(unit, root), content)
    return "built, its solution executed"


def stale(unit: str, root: Path = ROOT) -> list[str]:
    """Return which of a unit's generated files don't fit its source, and why, without executing anything."""
    files = student_files(unit, root)
    wrong = [
        f"{path.as_posix()} differs from its source" for path, new in files.items() if _content(root / path) != new
    ]
    there = (path.relative_to(root) for path in sorted((root / "course" / unit).glob("*")) if path.is_file())
    wrong += [f"{path.as_posix()} is not made from any source" for path in there if path not in files]
    if guides.refreshed(unit, root) != guides.written(unit, root):
        wrong.append(
            f"{(guides.FOLDER / unit).as_posix()}.md has tables that differ from the unit's minutes and checks"
        )
    solution = executed.path(unit, root).relative_to(root).as_posix()
    if not (root / solution).exists():
        return [*wrong, f"{solution} isn't there"]
    if inputs := executed.changed(read_source(unit, root), root):
        wrong.append(f"{solution} was not executed with today's {', '.join(inputs)}")
    return wrong


def to_bytes(notebook: NotebookNode) -> bytes:
    """Return a notebook as it is written to disk, by us and by nbgrader."""
    return (str(nbformat.writes(notebook)).rstrip("\n") + "\n").encode()


def _measured(unit: str) -> Table:
    try:
        return results(unit[:2])
    except FileNotFoundError:
        return {}


def _filled(text: str, measured: Table, unit: str) -> str:
    try:
        return fill(text, measured)
    except NumbersError as error:
        raise SourceError(f"{unit}: {error}") from None


def _cell_metadata(cell: NotebookNode, unit: str, points: dict[str, int]) -> NotebookNode:
    kept = {key: cell.metadata[key] for key in ("jupyter", "slideshow", "tags") if key in cell.metadata}
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


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
