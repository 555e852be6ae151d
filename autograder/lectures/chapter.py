"""A unit as lectures and the book take it: its source, its checks, its title and its self-test."""

from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.release import QUESTIONS
from autograder.authoring.source import ROOT, Source, read_source
from autograder.judging.component import Unit
from autograder.lectures import LectureError
from autograder.lectures.public import PublicCell, public_cells
from autograder.student.questions import Question, QuestionsError, load_questions
from autograder.units import load_unit


@dataclass(frozen=True)
class Chapter:
    """A unit to be shown; ``title`` is its notebook's heading, ``cells`` are what readers may see of it."""

    source: Source
    unit: Unit
    title: str
    cells: tuple[PublicCell, ...]
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        return self.source.unit


def read_chapter(unit: str, *, instructor: bool = False, root: Path = ROOT) -> Chapter:
    """Return a unit to be shown; with solutions only for an ``instructor``.

    LectureError if its questions can't be read, or its executed solution isn't there or was made from other code.
    """
    source = read_source(unit, root)
    first = next(cell.source for cell in source.notebook.cells if cell.cell_type == "markdown")
    title = first.splitlines()[0].removeprefix("# ")
    cells = public_cells(source, instructor=instructor, root=root)
    return Chapter(source, load_unit(unit), title, cells, _questions(unit, root))


def _questions(unit: str, root: Path) -> tuple[Question, ...]:
    path = root / "solutions" / unit / QUESTIONS
    try:
        return load_questions(path) if path.exists() else ()
    except QuestionsError as error:
        raise LectureError(str(error)) from None
