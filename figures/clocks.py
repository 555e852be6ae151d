"""Positions as clocks: each pair of features is a hand that turns by its own angle at every step."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from figures.arrays import Array
from figures.drawing import Dot, Line, Shape, Words
from figures.style import COLOURS, styled

_BASE: Final = 10_000.0
_CIRCLE: Final = np.linspace(0, 2 * np.pi, 61)


def frequencies(d_model: int) -> Array:
    """Return the angle, in radians, by which each of the D/2 hands turns at a step (Vaswani et al. 2017)."""
    return np.asarray(_BASE ** (-np.arange(0, d_model, 2) / d_model))


def similarity(offset: float, d_model: int) -> float:
    """Return the dot product of two sinusoidal encodings ``offset`` steps apart, divided by its largest value D/2."""
    return float(np.cos(offset * frequencies(d_model)).mean())


@styled
def clock_faces(positions: Sequence[int], speeds: Sequence[float]) -> Figure:
    """Draw one row of clock faces for each position: the hand of column i stands at the angle position · speeds[i].

    A hand starts at three o'clock and turns against the clock: its height is the sine, its reach to the right the
    cosine.
    """
    if not positions or not speeds:
        raise ValueError("clock_faces() needs at least one position and one speed")
    figure = Figure(figsize=(1.45 * len(speeds) + 1.5, 1.3 * len(positions) + 0.8), layout="constrained")
    grid = figure.subplots(len(positions), len(speeds), squeeze=False)
    for row, position in enumerate(positions):
        for column, speed in enumerate(speeds):
            ax = grid[row, column]
            angle = position * speed
            ax.add_patch(Circle((0, 0), 1, facecolor="white", edgecolor=COLOURS["masked"]))
            ax.plot([0, np.cos(angle)], [0, np.sin(angle)], color=COLOURS["accent"], linewidth=3)
            ax.plot(np.cos(angle), np.sin(angle), "o", color=COLOURS["accent"])
            ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal", xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
            if row == 0:
                ax.set_title(f"ω = {speed:.3g}", fontsize=14)
        grid[row, 0].set_ylabel(f"t = {position}", rotation=0, ha="right", va="center")
    return figure


def face(x: float, y: float, radius: float) -> list[Shape]:
    """Return a clock's empty face around (x, y)."""
    rim = [(float(x + radius * np.cos(angle)), float(y + radius * np.sin(angle))) for angle in _CIRCLE]
    return [Line(rim, COLOURS["masked"]), Dot(x, y, 2, COLOURS["ink"])]


def hand(
    x: float, y: float, length: float, angle: float, colour: str, label: str = "", dashed: bool = False
) -> list[Shape]:
    """Return a hand from (x, y), ``angle`` radians against the clock from three o'clock, named at its end."""
    end = (float(x + length * np.cos(angle)), float(y - length * np.sin(angle)))
    shapes: list[Shape] = [Line([(x, y), end], colour, 3.5, dashed), Dot(*end, 5.5, colour)]
    if label:
        at = (float(x + (length + 17) * np.cos(angle)), float(y - (length + 17) * np.sin(angle) + 5))
        shapes.append(Words(*at, label, size=15, colour=colour, bold=True))
    return shapes
