"""From a unit's cells to topics: what stands under one heading, on as many slides as it needs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from markupsafe import Markup

from autograder.lectures import LectureError
from autograder.lectures.public import PublicCell
from autograder.lectures.slides.blocks import Block
from autograder.lectures.slides.code import code_blocks, demo_blocks
from autograder.lectures.slides.deck import Kind
from autograder.lectures.slides.prose import Prose, read_prose
from autograder.lectures.slides.questions import question_blocks
from autograder.student.questions import Question

_EXERCISE: Final = re.compile(r"Exercise \d+|.*[●○]{3}")
# What a lecture has no time for, and a reader comes back to.
_RESERVE: Final = re.compile(r"Further reading|For the keen|Notation")
# Where the code itself is what the class looks at.
_STUDIED: Final = re.compile(r"Debugging|fault")
_PLACES: Final = frozenset({"slide", "subslide", "fragment", "notes", "skip", "-", ""})


@dataclass(frozen=True)
class Piece:
    """What one cell gives to a slide; ``fuller`` is more of its text, for a slide that would be nearly empty."""

    blocks: tuple[Block, ...]
    notes: Markup = Markup()
    fuller: tuple[Block, ...] = ()


@dataclass
class Topic:
    """What stands under one heading; ``predicted`` once the class was asked what will come out."""

    title: Markup
    kind: Kind
    begins_section: bool
    minutes: float | None = None
    pieces: list[Piece] = field(default_factory=list)
    words: int = 0
    predicted: bool = False


def topics(cells: Iterable[PublicCell], questions: Sequence[Question], *, instructor: bool) -> list[Topic]:
    """Return the topics of a unit; LectureError if a cell's metadata asks for what there is not."""
    found: list[Topic] = []
    checked = False
    for cell in cells:
        place, minutes = _place(cell)
        if place == "skip":
            continue
        prose = read_prose(cell.text) if cell.role == "prose" else None
        if checked and not (prose and prose.level):
            # What follows an exercise's check is told to everybody, under the section's heading.
            found.append(Topic(_heading(found), "lecture", False))
        checked = cell.role == "check"
        if place != "notes" and (not found or _begins(place, prose)):
            found.append(_topic(prose, found, place == "slide" or not found, minutes))
        if "self_test(" in cell.text and cell.role == "demo":
            found += [_asked(number, question) for number, question in enumerate(questions, start=1)]
        elif cell.role == "exercise" and instructor:
            found.append(_solution(cell))
        elif prose:
            _add_prose(found[-1], prose, place)
        elif cell.role != "check":
            _add_code(found[-1], cell, place)
    return found


def _heading(before: Sequence[Topic]) -> Markup:
    return next((topic.title for topic in reversed(before) if topic.kind == "lecture"), before[0].title)


def _place(cell: PublicCell) -> tuple[str, float | None]:
    slideshow = cell.metadata.get("slideshow", {})
    place, minutes = slideshow.get("slide_type", ""), slideshow.get("minutes")
    if place not in _PLACES:
        known = ", ".join(sorted(_PLACES - {""}))
        raise LectureError(f'slide_type "{place}" is not known (there are {known}), at the cell: {cell.text[:60]!r}')
    if minutes is not None and (isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes < 0):
        raise LectureError(
            f"minutes={minutes!r} of a slide is not a number of minutes, at the cell: {cell.text[:60]!r}"
        )
    return place, minutes


def _begins(place: str, prose: Prose | None) -> bool:
    return place in ("slide", "subslide") or (place == "" and prose is not None and prose.level > 0)


def _topic(prose: Prose | None, before: Sequence[Topic], begins_section: bool, minutes: float | None) -> Topic:
    title = Markup(prose.title) if prose and prose.title else before[-1].title if before else Markup("")
    plain = title.striptags()
    kind: Kind = "exercise" if _EXERCISE.match(plain) else "reserve" if _RESERVE.match(plain) else "lecture"
    return Topic(title, kind, begins_section, minutes)


def _asked(number: int, question: Question) -> Topic:
    blocks, notes = question_blocks(question)
    return Topic(Markup("Question {}").format(number), "question", False, pieces=[Piece(blocks, notes)])


def _solution(cell: PublicCell) -> Topic:
    title = Markup("Solution · <code>{}</code>").format(cell.name)
    return Topic(title, "exercise", False, pieces=[Piece(tuple(code_blocks(cell.text)))])


def _add_prose(topic: Topic, prose: Prose, place: str) -> None:
    if place == "notes":
        topic.pieces.append(Piece((), Markup(prose.notes)))
        return
    shown, fuller = (tuple(_revealed(blocks, place)) for blocks in (prose.blocks, prose.fuller))
    topic.pieces.append(Piece(shown, Markup(prose.notes + prose.hints), fuller))
    topic.words += prose.words
    topic.predicted |= prose.predicts


def _add_code(topic: Topic, cell: PublicCell, place: str) -> None:
    """Put a cell's code and results under a topic, as far as a class is to see them."""
    if cell.role == "exercise":
        blocks = list(code_blocks(cell.text))
    elif cell.name == "setup":
        blocks = []
    else:
        studied = bool(_STUDIED.search(topic.title))
        blocks = list(_in_turn(demo_blocks(cell.text, cell.outputs, studied=studied), topic.predicted))
    topic.pieces.append(Piece(tuple(_revealed(blocks, place))))


def _in_turn(blocks: Iterable[Block], predicted: bool) -> Iterator[Block]:
    """Yield code at once and its results at the next key: first the class says what will come out."""
    after_code = False
    for block in blocks:
        yield replace(block, fragment=block.kind != "code" and (after_code or predicted))
        after_code |= block.kind == "code"


def _revealed(blocks: Iterable[Block], place: str) -> Iterator[Block]:
    return (replace(block, fragment=True) if place == "fragment" else block for block in blocks)
