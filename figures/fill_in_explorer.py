"""An explorer that fills the blanks of a line of code as it is typed, and says how sure the model is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets as widgets

from figures.drawing import Bars, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.style import COLOURS

BLANK: Final = "___"
_WIDTH: Final = 900
_ROW: Final = 28
_PER_LINE: Final = 3  # blanks drawn side by side
_COLUMN: Final = _WIDTH // _PER_LINE
_BAR: Final = 110
_LINE: Final = 84  # characters of text before a line is broken


@dataclass(frozen=True)
class Filled:
    """What a model makes of a text: for each blank its best pieces with their probabilities, the best first."""

    blanks: Sequence[Sequence[tuple[str, float]]]


def fill_in_explorer(fill: Callable[[str], Filled], texts: Sequence[str], most: int = 3) -> Explorer:
    """Explore a masked language model: ``___`` stands for a blank; ``texts`` are shown where no kernel answers."""

    def draw(text: str) -> Frame:
        count = text.count(BLANK)
        if not 1 <= count <= most:
            return _refusal(f"Write one to {most} blanks, each as three underscores: {BLANK}. This has {count}.")
        return filled_frame(text, fill(text))

    controls = {
        "text": widgets.Text(
            value=texts[0],
            description="code with blanks (Enter)",
            continuous_update=False,
            layout=widgets.Layout(width="800px"),
        )
    }
    frames = {text: draw(text) for text in texts}
    return Explorer("What stands in the blank?", controls, draw, Still("Text:", frames, height=480))


def filled_frame(text: str, found: Filled) -> Frame:
    """Return the picture of one text: the text above, below it a column of bars for each blank."""
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    shapes: list[Shape] = [Words(20, 26 + 24 * row, line, "start", bold=True) for row, line in enumerate(lines)]
    top = 24 * len(lines) + 50
    for column, best in enumerate(found.blanks):
        left = 20 + column * _COLUMN
        shapes.append(Words(left, top, f"blank {column + 1}", "start", colour=COLOURS["accent"], bold=True))
        for row, (piece, share) in enumerate(best):
            y = top + 14 + row * _ROW
            shapes.append(Bars([(left, y, max(1.0, _BAR * share), _ROW - 8)], fill=COLOURS["query"]))
            shapes.append(Words(left + _BAR + 10, y + 16, f"{piece}  {share:.2f}", "start"))
    height = top + 30 + _ROW * max(len(best) for best in found.blanks)
    said = "; ".join(
        f"blank {number}: {', '.join(f'{piece} {share:.2f}' for piece, share in best)}"
        for number, best in enumerate(found.blanks, start=1)
    )
    sentence = f"{text} → {said}."
    return Frame(svg(_WIDTH, height, shapes, sentence), sentence, is_image=True)


def _refusal(sentence: str) -> Frame:
    return Frame(svg(_WIDTH, 60, [Words(20, 36, sentence, "start")], sentence), sentence, is_image=True)
