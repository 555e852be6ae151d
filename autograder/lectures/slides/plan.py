"""From a unit's cells to a deck, paced to a lecture."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from markupsafe import Markup

from autograder.lectures.public import PublicCell
from autograder.lectures.slides.deck import Deck, Kind, Section, Slide
from autograder.lectures.slides.pages import pages
from autograder.lectures.slides.topics import Topic, topics
from autograder.student.questions import Question

# Minutes of a lecture; what would take more or less is paced to fit.
SHORTEST: Final = 45
LONGEST: Final = 60
_WORDS_A_MINUTE: Final = 120
_LOOKING: Final = {"figure": 25, "explorer": 60, "formula": 20, "code": 20, "output": 15, "table": 20}  # seconds
_SECONDS: Final[dict[Kind, int]] = {"exercise": 45, "question": 0, "reserve": 0}


def plan(cells: Iterable[PublicCell], questions: Sequence[Question], *, instructor: bool = False) -> Deck:
    """Return the deck of a unit's cells; LectureError if their metadata asks for what there is not."""
    sections = list(_sections(topics(cells, questions, instructor=instructor)))
    given = [section[0].minutes for section in sections]
    spoken = [sum(map(_seconds, section)) / 60 for section in sections]
    unhurried = sum(minutes if said is None else said for minutes, said in zip(spoken, given, strict=True))
    fixed = sum(said for said in given if said is not None)
    free = sum(minutes for minutes, said in zip(spoken, given, strict=True) if said is None)
    wanted = min(max(unhurried, SHORTEST), LONGEST)
    pace = max(wanted - fixed, 0) / free if free else 1.0
    planned: list[Section] = []
    start = exact = 0.0
    for section, minutes, said in zip(sections, spoken, given, strict=True):
        exact += minutes * pace if said is None else said
        end = round(exact * 2) / 2  # half minutes
        planned.append(Section(tuple(_slides(section, end - start)), start, end - start))
        start = end
    return Deck(planned[0].title, tuple(planned), start, unhurried, None in given)


def _sections(all_topics: Iterable[Topic]) -> Iterator[list[Topic]]:
    section: list[Topic] = []
    for topic in all_topics:
        if topic.begins_section and section:
            yield section
            section = []
        section.append(topic)
    if section:
        yield section


def _seconds(topic: Topic) -> float:
    """Return how long a topic takes that is read aloud and looked at."""
    if topic.kind in _SECONDS:
        return _SECONDS[topic.kind]
    looking = sum(_LOOKING.get(block.kind, 0) for piece in topic.pieces for block in piece.blocks)
    return topic.words / _WORDS_A_MINUTE * 60 + looking


def _slides(section: Sequence[Topic], minutes: float) -> list[Slide]:
    """Return a section's slides; what has nothing to show, such as a folded answer, is said on the slide before."""
    spoken = sum(map(_seconds, section))
    slides: list[Slide] = []
    for topic in section:
        share = minutes * 60 * _seconds(topic) / spoken if spoken else 0.0
        divided = pages(topic)
        for page in divided:
            slide = Slide(topic.title, topic.kind, page.blocks, page.notes, share / len(divided))
            if slides and page.notes and not page.blocks:
                slides[-1] = _joined(slides[-1], slide)
            else:
                slides.append(slide)
    return slides


def _joined(slide: Slide, said: Slide) -> Slide:
    told = Markup("<p><strong>{}</strong></p>{}").format(said.title.striptags(), said.notes)
    return replace(slide, notes=slide.notes + told, seconds=slide.seconds + said.seconds)
