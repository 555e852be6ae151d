"""The pieces that slides are filled with, and about how high each will be on a slide of 1280 × 720."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

# Pixels below a slide's title.
ROOM: Final = 570
# What a picture needs so that the last row can read it; it takes whatever room is left.
PICTURE: Final = 400

# Lines of code or of what it has printed.
SCREEN: Final = 22

_LETTERS: Final = 84  # of a line of text
_LINE: Final = 37
_CODE_LINE: Final = 24
_MATRIX: Final = re.compile(r"\\begin\{(?:[pbv]?matrix|cases|array)\}(.*?)\\end", re.DOTALL)
_TEX_WORD: Final = re.compile(r"\\[a-zA-Z]+|[{}$^_*`]")


@dataclass(frozen=True)
class Block:
    """A piece of a slide: ``height`` in pixels is an estimate, which the page corrects once it can measure.

    One that ``leads`` to the next should not stand alone at the foot of a slide.
    """

    kind: Literal["text", "list", "table", "formula", "code", "output", "figure", "explorer", "question"]
    html: Markup
    height: int
    leads: bool = False
    fragment: bool = False


def height_of_text(text: str) -> int:
    """Return the height of a paragraph of Markdown."""
    return math.ceil(_letters(text) / _LETTERS) * _LINE + 12


def height_of_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return the height of a table; a row is as high as its longest cell, columns as wide as their contents ask."""
    widths = [max(map(_letters, column)) for column in zip(*rows, strict=False)]
    share = _LETTERS * 1.1 / max(sum(widths), 1)
    room = [max(width * min(share, 1), 8) for width in widths]
    lines = (
        max(math.ceil(_letters(cell) / width) for cell, width in zip(row, room, strict=False)) for row in rows if row
    )
    return sum(line * 32 + 12 for line in lines)


def height_of_formula(tex: str) -> int:
    """Return the height of a formula on lines of its own."""
    matrices = [body.count(r"\\") for body in _MATRIX.findall(tex)]
    lines = _MATRIX.sub("", tex).count(r"\\")
    return 70 + 34 * max(matrices, default=0) + 56 * lines + (20 if r"\frac" in tex else 0)


def height_of_code(text: str) -> int:
    """Return the height of lines of code or of what it has printed."""
    return (text.count("\n") + 1) * _CODE_LINE + 28


def _letters(text: str) -> int:
    return len(_TEX_WORD.sub("", text))
