"""An explorer of semantic search: a question as it is typed, and the documents whose vectors are closest to its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets as widgets

from figures.drawing import Bars, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.style import COLOURS

_WIDTH: Final = 1000
_ROW: Final = 44
_BAR: Final = 110  # pixels of a cosine of 1
_LINE: Final = 82  # characters before a document is cut


@dataclass(frozen=True)
class Found:
    """A document: its name, its text, and the cosine of its vector with the question's."""

    name: str
    text: str
    cosine: float


def search_explorer(
    find: Callable[[str, str], Sequence[Found]], questions: Sequence[str], ways: Sequence[str]
) -> Explorer:
    """Explore a search by vectors; ``find(question, way)`` gives the best documents, the closest first.

    ``questions``, each in every one of the ``ways`` to make a vector, are shown where no kernel answers.
    """

    def draw(question: str, way: str) -> Frame:
        return found_frame(question, way, find(question, way) if question.strip() else ())

    controls = {
        "question": widgets.Text(
            value=questions[0],
            description="question (Enter)",
            continuous_update=False,
            layout=widgets.Layout(width="600px"),
        ),
        "way": widgets.Dropdown(options=list(ways), value=ways[0], description="vectors"),
    }
    frames = {f"{question} · {way}": draw(question, way) for question in questions for way in ways}
    return Explorer("What is closest to your question?", controls, draw, Still("Question:", frames, height=560))


def found_frame(question: str, way: str, found: Sequence[Found]) -> Frame:
    """Return the picture of one search: a bar for each document's cosine, its name, and below it what it says."""
    heading = f"“{question}”, by {way} vectors" if found else "Write a question and press Enter."
    shapes: list[Shape] = [Words(20, 26, heading, "start", bold=True)]
    for row, one in enumerate(found):
        y = 46 + _ROW * row
        shapes.append(Bars([(20, y, max(1.0, _BAR * one.cosine), _ROW - 18)], fill=COLOURS["query"]))
        shapes.append(Words(30 + _BAR, y + 18, f"{one.cosine:.2f}", "start", bold=True))
        shapes.append(Words(80 + _BAR, y + 10, one.name, "start", colour=COLOURS["accent"]))
        shapes.append(Words(80 + _BAR, y + 29, one.text[:_LINE], "start"))
    said = "; ".join(f"{one.name} {one.cosine:.2f}" for one in found)
    sentence = f"{heading}: {said}." if found else heading
    return Frame(svg(_WIDTH, 60 + _ROW * len(found), shapes, sentence), sentence, is_image=True)
