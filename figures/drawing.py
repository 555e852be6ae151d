"""Small vector drawings for the explorers: shapes as data, one template that writes them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from markupsafe import Markup

from figures.rendering import render
from figures.style import COLOURS


@dataclass(frozen=True)
class Bars:
    """Filled rectangles ``(x, y, width, height)`` of one colour; lengths are the drawing's units, y grows downwards."""

    kind: ClassVar = "bars"
    boxes: Sequence[tuple[float, float, float, float]]
    fill: str

    @property
    def path(self) -> str:
        return "".join(f"M{x:.1f} {y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z" for x, y, w, h in self.boxes)


@dataclass(frozen=True)
class Line:
    """A polyline through ``points``."""

    kind: ClassVar = "line"
    points: Sequence[tuple[float, float]]
    colour: str = COLOURS["ink"]
    width: float = 1.5
    dashed: bool = False

    @property
    def path(self) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    kind: ClassVar = "dot"
    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True)
class Words:
    """A line of text, its baseline at ``y``."""

    kind: ClassVar = "words"
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"
    size: float = 17
    bold: bool = False
    colour: str = COLOURS["ink"]


@dataclass(frozen=True)
class Scale:
    """From data to drawing: ``low`` lands on ``start``, ``high`` on ``end``; logarithmic where ``log`` says so."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = (np.log([self.low, self.high, value])) if self.log else (self.low, self.high, value)
        return float(self.start + (at - low) / (high - low) * (self.end - self.start))


Shape: TypeAlias = Bars | Line | Dot | Words


def svg(width: float, height: float, shapes: Sequence[Shape], alt: str) -> Markup:
    """Return an inline SVG image that fills its container's width, with ``alt`` as its accessible name."""
    return render("drawing.svg.j2", width=width, height=height, shapes=shapes, alt=alt)
