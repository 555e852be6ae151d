"""A unit's cells as the public may see them: the student's cells, with the outputs that the solution has made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode

from autograder.authoring import executed
from autograder.authoring.reference import without_marks
from autograder.authoring.release import source_notebook, student_notebook
from autograder.authoring.source import ROOT, Role, Source
from autograder.lectures import LectureError


@dataclass(frozen=True)
class PublicCell:
    """A cell that may be shown; ``name`` is the component's or the given cell's slug, empty for prose and demos.

    ``outputs`` are in the notebook's format. Exercises and checks have some only in an instructor's edition: a
    verdict on a solution that isn't shown would only puzzle.
    """

    role: Role | Literal["prose"]
    name: str
    text: str
    outputs: tuple[NotebookNode, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


def public_cells(source: Source, *, instructor: bool = False, root: Path = ROOT) -> tuple[PublicCell, ...]:
    """Return a unit's cells; with solutions only for an ``instructor``.

    LectureError if the executed solution isn't there or was made from other code.
    """
    solved = source_notebook(source)
    outputs = _outputs(source, solved, root)
    notebook = solved if instructor else student_notebook(source)
    roles = iter(source.cells)
    shown: list[PublicCell] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            shown.append(PublicCell("prose", "", cell.source, metadata=cell.metadata, id=cell.id))
            continue
        told = next(roles)
        made = outputs[cell.id] if instructor or told.role in ("given", "demo") else ()
        shown.append(PublicCell(told.role, told.name, without_marks(cell.source), made, cell.metadata, cell.id))
    return tuple(shown)


def _outputs(source: Source, solved: NotebookNode, root: Path) -> Mapping[str, tuple[NotebookNode, ...]]:
    path = executed.path(source.unit, root)
    again = f"make it with: course release {source.unit}"
    if not path.exists():
        raise LectureError(f"The executed solution {path.relative_to(root).as_posix()} isn't there; {again}")
    run = nbformat.read(path, as_version=4)
    if _code(run) != _code(solved):
        raise LectureError(f"{path.relative_to(root).as_posix()} was executed from other code than today's; {again}")
    return {cell.id: tuple(cell.outputs) for cell in run.cells if cell.cell_type == "code"}


def _code(notebook: NotebookNode) -> dict[str, str]:
    return {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}
