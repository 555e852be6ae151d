"""An explorer that translates a number as you type it and shows which words each piece was taken from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets as widgets

from figures.drawing import Line, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.style import COLOURS

_ROW: Final = 26
_TOP: Final = 40
_SOURCE, _TARGET = 290, 480  # where the words end and where the pieces begin
_WIDTH: Final = 900
_FAINTEST: Final = 0.05  # thinner lines would hardly show


@dataclass(frozen=True)
class Translation:
    """A source, what a model made of it, what it should have made, and the weights, (T, T_s), a row for each piece."""

    source: Sequence[str]
    said: Sequence[str]
    expected: Sequence[str]
    weights: Sequence[Sequence[float]]


def translation_explorer(translate: Callable[[int], Translation], numbers: Sequence[int], largest: int) -> Explorer:
    """Explore a model's translations of numbers up to ``largest``; ``numbers`` are shown where no kernel answers."""

    def draw(number: str) -> Frame:
        digits = number.replace(" ", "").replace(",", "").replace(".", "")
        if not (digits.isascii() and digits.isdigit()) or int(digits) > largest:
            return _refusal(number, largest)
        return translation_frame(f"{int(digits):,}", translate(int(digits)))

    controls = {
        "number": widgets.Text(
            value=str(numbers[0]), description="number (Enter to translate)", continuous_update=False
        )
    }
    frames = {f"{number:,}": draw(str(number)) for number in numbers}
    height = max(_height(translate(number)) for number in numbers) + 270
    return Explorer("Which words was each piece taken from?", controls, draw, Still("Number:", frames, height))


def translation_frame(name: str, found: Translation) -> Frame:
    """Return the picture of one translation: a line from each piece to the words that it looked at."""
    shapes: list[Shape] = [
        Words(_SOURCE, 22, "English words", "end", bold=True, colour=COLOURS["key"]),
        Words(_TARGET, 22, "German pieces, as said", "start", bold=True, colour=COLOURS["query"]),
    ]
    for row, weights in enumerate(found.weights):
        for column, weight in enumerate(weights):
            if weight >= _FAINTEST:
                ends = [(_SOURCE + 10, _middle(column)), (_TARGET - 10, _middle(row))]
                shapes.append(Line(ends, colour=COLOURS["value"], width=round(0.5 + 7 * weight, 1)))
    shapes += [Words(_SOURCE, _middle(row) + 6, word, "end") for row, word in enumerate(found.source)]
    for row, piece in enumerate(found.said):
        wrong = row >= len(found.expected) or piece != found.expected[row]
        colour = COLOURS["accent"] if wrong else COLOURS["ink"]
        shapes.append(
            Words(_TARGET, _middle(row) + 6, f"{piece}  ✗" if wrong else piece, "start", bold=wrong, colour=colour)
        )
    sentence = f"{name} = {' '.join(found.source)} → {' '.join(found.said) or '(nothing)'}. {_judgement(found)}"
    return Frame(svg(_WIDTH, _height(found), shapes, sentence), sentence, is_image=True)


def _judgement(found: Translation) -> str:
    if tuple(found.said) == tuple(found.expected):
        return "This is right."
    return f"It should be: {' '.join(found.expected)}."


def _refusal(number: str, largest: int) -> Frame:
    sentence = f"“{number}” is not a whole number from 0 to {largest:,} in digits, such as 53421."
    return Frame(svg(_WIDTH, 60, [Words(20, 36, sentence, "start")], sentence), sentence, is_image=True)


def _middle(row: int) -> float:
    return _TOP + (row + 0.5) * _ROW


def _height(found: Translation) -> int:
    return _TOP + max(len(found.source), len(found.said)) * _ROW + 10
