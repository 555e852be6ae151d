"""From a unit's cells to a deck: sections side by side, their slides one below the other, notes with minutes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from markupsafe import Markup

from autograder.lectures import LectureError
from autograder.lectures.public import PublicCell
from autograder.lectures.slides_blocks import ROOM, Block
from autograder.lectures.slides_code import code_blocks, demo_blocks
from autograder.lectures.slides_prose import Prose, read_prose
from autograder.lectures.slides_questions import question_blocks
from autograder.student.questions import Question

Kind = Literal["lecture", "exercise", "question", "reserve"]
# Minutes of a lecture; what would take more or less is paced to fit.
SHORTEST: Final = 45
LONGEST: Final = 60
_WORDS_A_MINUTE: Final = 120
_LOOKING: Final = {"figure": 25, "explorer": 60, "formula": 20, "code": 20, "output": 15, "table": 20}  # seconds
_SECONDS: Final[dict[Kind, int]] = {"exercise": 45, "question": 0, "reserve": 0}
_EXERCISE: Final = re.compile(r"Exercise \d+|.*[●○]{3}")
# What a lecture has no time for, and a reader comes back to.
_RESERVE: Final = re.compile(r"Further reading|For the keen|Notation")
_PLACES: Final = frozenset({"slide", "subslide", "fragment", "notes", "skip", "-", ""})


@dataclass(frozen=True)
class Slide:
    """One slide: ``title`` and ``notes`` are HTML, ``seconds`` what the lecturer has for it."""

    title: Markup
    kind: Kind
    blocks: tuple[Block, ...]
    notes: Markup
    seconds: float = 0


@dataclass(frozen=True)
class Section:
    """What stands in one column of the deck; ``start`` and ``minutes`` say when it is due in the lecture."""

    slides: tuple[Slide, ...]
    start: float
    minutes: float

    @property
    def title(self) -> Markup:
        return self.slides[0].title


@dataclass(frozen=True)
class Deck:
    """A unit's slides; ``unhurried`` is how many minutes its text would take, ``derived`` where no author says."""

    title: Markup
    sections: tuple[Section, ...]
    minutes: float
    unhurried: float
    derived: bool


@dataclass(frozen=True)
class _Piece:
    """What one cell gives to a slide."""

    blocks: tuple[Block, ...]
    notes: Markup


@dataclass
class _Topic:
    """What stands under one heading, on as many slides as it needs."""

    title: Markup
    kind: Kind
    begins_section: bool
    minutes: float | None
    pieces: list[_Piece] = field(default_factory=list)
    words: int = 0


def plan(cells: Iterable[PublicCell], questions: Sequence[Question], *, instructor: bool = False) -> Deck:
    """Return the deck of a unit's cells; LectureError if their metadata asks for what there is not."""
    sections = list(_sections(_topics(cells, questions, instructor)))
    given = [section[0].minutes for section in sections]
    spoken = [sum(map(_seconds, section)) / 60 for section in sections]
    unhurried = sum(minutes if said is None else said for minutes, said in zip(spoken, given, strict=True))
    fixed = sum(said for said in given if said is not None)
    free = sum(minutes for minutes, said in zip(spoken, given, strict=True) if said is None)
    wanted = min(max(unhurried, SHORTEST), LONGEST)
    pace = max(wanted - fixed, 0) / free if free else 1.0
    start, planned = 0.0, []
    for section, minutes, said in zip(sections, spoken, given, strict=True):
        lasts = round((minutes * pace if said is None else said) * 2) / 2
        planned.append(Section(tuple(_slides(section, lasts)), start, lasts))
        start += lasts
    return Deck(planned[0].title, tuple(planned), start, unhurried, None in given)


def _topics(cells: Iterable[PublicCell], questions: Sequence[Question], instructor: bool) -> Iterator[_Topic]:
    topics: list[_Topic] = []
    checked = False
    for cell in cells:
        place, minutes = _place(cell)
        if place == "skip":
            continue
        prose = read_prose(cell.text) if cell.role == "prose" else None
        if checked and not (prose and prose.level):
            # What follows an exercise's check is told to everybody, under the section's heading.
            topics.append(_Topic(_heading(topics), "lecture", False, None))
        checked = cell.role == "check"
        if place != "notes" and (not topics or _begins(place, prose)):
            topics.append(_topic(prose, topics, place == "slide" or not topics, minutes))
        if "self_test(" in cell.text and cell.role == "demo":
            topics += [_asked(number, question) for number, question in enumerate(questions, start=1)]
        elif cell.role == "exercise" and instructor:
            topics.append(_solution(cell))
        else:
            _add(topics[-1], cell, prose, place)
    yield from topics


def _heading(topics: Sequence[_Topic]) -> Markup:
    return next((topic.title for topic in reversed(topics) if topic.kind == "lecture"), topics[0].title)


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


def _topic(prose: Prose | None, before: Sequence[_Topic], begins_section: bool, minutes: float | None) -> _Topic:
    title = Markup(prose.title) if prose and prose.title else before[-1].title if before else Markup("")
    plain = title.striptags()
    kind: Kind = "exercise" if _EXERCISE.match(plain) else "reserve" if _RESERVE.match(plain) else "lecture"
    return _Topic(title, kind, begins_section, minutes)


def _asked(number: int, question: Question) -> _Topic:
    blocks, notes = question_blocks(question)
    return _Topic(Markup("Question {}").format(number), "question", False, None, [_Piece(blocks, notes)])


def _solution(cell: PublicCell) -> _Topic:
    title = Markup("Solution · <code>{}</code>").format(cell.name)
    return _Topic(title, "exercise", False, None, [_Piece(tuple(code_blocks(cell.text)), Markup())])


def _add(topic: _Topic, cell: PublicCell, prose: Prose | None, place: str) -> None:
    """Put a cell under a topic, as far as a class is to see it."""
    if prose and place == "notes":
        topic.pieces.append(_Piece((), Markup(prose.notes)))
    elif prose:
        topic.pieces.append(_Piece(_revealed(prose.blocks, place), Markup(prose.notes + prose.hints)))
        topic.words += prose.words
    elif cell.role != "check":
        topic.pieces.append(_Piece(_revealed(tuple(_code(cell)), place), Markup()))


def _code(cell: PublicCell) -> Iterator[Block]:
    if cell.role == "exercise":
        return code_blocks(cell.text)
    return iter(()) if cell.name == "setup" else demo_blocks(cell.text, cell.outputs)


def _revealed(blocks: tuple[Block, ...], place: str) -> tuple[Block, ...]:
    return tuple(replace(block, fragment=True) for block in blocks) if place == "fragment" else blocks


def _sections(topics: Iterable[_Topic]) -> Iterator[list[_Topic]]:
    section: list[_Topic] = []
    for topic in topics:
        if topic.begins_section and section:
            yield section
            section = []
        section.append(topic)
    if section:
        yield section


def _seconds(topic: _Topic) -> float:
    """Return how long a topic takes that is read aloud and looked at."""
    if topic.kind in _SECONDS:
        return _SECONDS[topic.kind]
    looking = sum(_LOOKING.get(block.kind, 0) for piece in topic.pieces for block in piece.blocks)
    return topic.words / _WORDS_A_MINUTE * 60 + looking


def _slides(section: Sequence[_Topic], minutes: float) -> Iterator[Slide]:
    spoken = sum(map(_seconds, section))
    for topic in section:
        share = minutes * 60 * _seconds(topic) / spoken if spoken else 0.0
        pages = _pages(topic)
        for blocks, notes in pages:
            yield Slide(topic.title, topic.kind, blocks, notes, share / len(pages))


def _pages(topic: _Topic) -> list[tuple[tuple[Block, ...], Markup]]:
    """Divide what stands under a heading over slides; notes go with the first block of their cell."""
    pages: list[tuple[list[Block], list[Markup]]] = [([], [])]
    for piece in topic.pieces:
        for number, block in enumerate(piece.blocks):
            if not _fits(pages[-1][0], block):
                pages.append((_led(pages[-1][0]), []))
            pages[-1][0].append(block)
            if number == 0:
                pages[-1][1].append(piece.notes)
        if not piece.blocks:
            pages[-1][1].append(piece.notes)
    return [(tuple(blocks), Markup("").join(notes)) for blocks, notes in pages]


def _led(blocks: list[Block]) -> list[Block]:
    """Take off a slide what should stand on the next one, with what it leads to."""
    return [blocks.pop()] if len(blocks) > 1 and blocks[-1].leads else []


def _fits(blocks: Sequence[Block], block: Block) -> bool:
    if any(other.kind == "figure" for other in blocks) and block.kind == "figure":
        return False
    return not blocks or sum(other.height for other in blocks) + min(block.height, ROOM) <= ROOM
