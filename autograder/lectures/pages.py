"""A unit as a page: the cells that a student gets, with the outputs that the solution has made."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.authoring import executed
from autograder.authoring.reference import without_marks
from autograder.authoring.release import source_notebook, student_notebook
from autograder.authoring.source import ROOT, CodeCell, Source
from autograder.judging.component import Component, Unit
from autograder.lectures import LectureError
from autograder.lectures.markdown import exercise_target, mistake_target

# myst-nb folds a cell with this tag: figures are for reading, the code behind them for the curious.
FOLDED: Final = "hide-input"
HEADING: Final = re.compile(r"(#{1,6}) ")
FENCE: Final = "```"


def unit_page(source: Source, unit: Unit, *, instructor: bool = False, root: Path = ROOT) -> NotebookNode:
    """Return a unit's page as a notebook that needs no execution; with solutions only for an ``instructor``.

    LectureError if the executed solution isn't there or was made from other code.
    """
    solved = source_notebook(source)
    outputs = _outputs(source, solved, root)
    page = solved if instructor else student_notebook(source)
    roles = iter(source.cells)
    cells = [told for cell in page.cells for told in _cells(cell, roles, unit, outputs, instructor)]
    close_ranks(cell for cell in cells if cell.cell_type == "markdown")
    made: NotebookNode = new_notebook(cells=cells, metadata={"kernelspec": page.metadata.kernelspec})
    return made


def close_ranks(prose: Iterable[NotebookNode]) -> None:
    """Raise headings that skip a rank, in place: whoever listens to a page finds the way by them."""
    rank, fenced = 0, False
    for cell in prose:
        lines = cell.source.split("\n")
        for index, line in enumerate(lines):
            fenced ^= line.lstrip().startswith(FENCE)
            if (found := HEADING.match(line)) and not fenced:
                rank = min(len(found[1]), rank + 1)
                lines[index] = "#" * rank + line[found.end(1) :]
        cell.source = "\n".join(lines)


def _outputs(source: Source, solved: NotebookNode, root: Path) -> Mapping[str, list[NotebookNode]]:
    path = executed.path(source.unit, root)
    again = f"make it with: course release {source.unit}"
    if not path.exists():
        raise LectureError(f"The executed solution {path.relative_to(root).as_posix()} isn't there; {again}")
    run = nbformat.read(path, as_version=4)
    if _code(run) != _code(solved):
        raise LectureError(f"{path.relative_to(root).as_posix()} was executed from other code than today's; {again}")
    return {cell.id: cell.outputs for cell in run.cells if cell.cell_type == "code"}


def _code(notebook: NotebookNode) -> dict[str, str]:
    return {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}


def _cells(
    cell: NotebookNode,
    roles: Iterator[CodeCell],
    unit: Unit,
    outputs: Mapping[str, list[NotebookNode]],
    instructor: bool,
) -> Iterator[NotebookNode]:
    """Yield what stands on the page for one cell of the notebook."""
    if cell.cell_type != "code":
        cell.metadata = nbformat.from_dict({})
        yield cell
        return
    told = next(roles)
    # A verdict on a solution that the page doesn't show would only puzzle.
    shown = instructor or told.role in ("given", "demo")
    cell.source = without_marks(cell.source)
    cell.outputs = outputs[cell.id] if shown else []
    cell.metadata = nbformat.from_dict({"tags": [FOLDED]} if told.role == "demo" else {})
    if told.role == "exercise":
        yield _prose(f"target-{told.name}", f"({exercise_target(told.name)})=")
    yield cell
    if told.role == "check" and unit.component(told.name).mistakes:
        yield _prose(f"mistakes-{told.name}", _mistakes(unit.component(told.name)))


def _mistakes(component: Component) -> str:
    links = (f"[`{mistake.id}`](#{mistake_target(component.name, mistake.id)})" for mistake in component.mistakes)
    return f"*Mistakes that the check knows by name:* {', '.join(links)}."


def _prose(name: str, text: str) -> NotebookNode:
    made: NotebookNode = new_markdown_cell(text, id=name)
    return made
