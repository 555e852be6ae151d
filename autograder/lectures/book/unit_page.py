"""A unit as a page of the book: a notebook that needs no execution, linked with the catalogue."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.judging.component import Component, Unit
from autograder.lectures import frames
from autograder.lectures.book.generated import exercise_target, mistake_target
from autograder.lectures.public import PublicCell

# myst-nb folds a cell with this tag: figures are for reading, the code behind them for the curious.
FOLDED: Final = "hide-input"
HEADING: Final = re.compile(r"(#{1,6}) ")
FENCE: Final = "```"
_IN_FRAMES: Final = (Path(__file__).parent / "templates" / "inner_frame.html").read_text(encoding="utf-8")
_KERNEL: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}


def unit_page(cells: Iterable[PublicCell], unit: Unit) -> NotebookNode:
    """Return a unit's page."""
    shown = [part for cell in cells for part in _parts(cell, unit)]
    close_ranks(part for part in shown if part.cell_type == "markdown")
    made: NotebookNode = new_notebook(cells=shown, metadata={"kernelspec": _KERNEL})
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


def _parts(cell: PublicCell, unit: Unit) -> Iterator[NotebookNode]:
    """Yield what stands on the page for one cell of the notebook."""
    if cell.role == "prose":
        yield _prose(cell.id, cell.text)
        return
    if cell.role == "exercise":
        yield _prose(f"target-{cell.name}", f"({exercise_target(cell.name)})=")
    metadata = nbformat.from_dict({"tags": [FOLDED]} if cell.role == "demo" else {})
    yield new_code_cell(cell.text, id=cell.id, outputs=list(map(_shown, cell.outputs)), metadata=metadata)
    if cell.role == "check" and unit.component(cell.name).mistakes:
        yield _prose(f"mistakes-{cell.name}", _mistakes(unit.component(cell.name)))


def _shown(output: NotebookNode) -> NotebookNode:
    """Return an output whose explorer, if it holds one, tells how high it is on the book's page."""
    html = output.get("data", {}).get("text/html", "")
    if frames.title(html) is None:
        return output
    return NotebookNode(output, data=NotebookNode(output.data, **{"text/html": frames.with_head(html, _IN_FRAMES)}))


def _mistakes(component: Component) -> str:
    links = (f"[`{mistake.id}`](#{mistake_target(component.name, mistake.id)})" for mistake in component.mistakes)
    return f"*Mistakes that the check knows by name:* {', '.join(links)}."


def _prose(name: str, text: str) -> NotebookNode:
    made: NotebookNode = new_markdown_cell(text, id=name)
    return made
