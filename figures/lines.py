"""Lines that can be told apart without a legend: how each looks, and its name where it ends."""

from collections.abc import Mapping
from typing import Any, Final

from matplotlib.axes import Axes

from figures.style import COLOURS

_SERIES: Final = (COLOURS["query"], COLOURS["key"], COLOURS["value"], COLOURS["output"], COLOURS["ink"])


def line_look(index: int) -> dict[str, Any]:
    """Return colour, marker and dash of the line number ``index``; the dash changes once the colours are used up."""
    turn, place = divmod(index, len(_SERIES))
    return {"color": _SERIES[place], "marker": "os^Dv"[place], "linestyle": ("-", "--", ":")[turn % 3]}


def name_lines(ax: Axes, ends: Mapping[str, tuple[float, float]]) -> None:
    """Write each line's name to the right of its end ``(x, y)``, in its colour, apart from its neighbours.

    ends: name → end, in the order in which the lines were drawn.
    """
    to_fraction = ax.transData + ax.transAxes.inverted()
    heights = {name: float(to_fraction.transform(end)[1]) for name, end in ends.items()}
    colours = {name: line_look(index)["color"] for index, name in enumerate(ends)}
    for name, height in spread(heights).items():
        ax.annotate(
            name,
            (1.02, height),
            xycoords="axes fraction",
            va="center",
            color=colours[name],
            fontweight="bold",
            annotation_clip=False,
        )


def spread(heights: Mapping[str, float], gap: float = 0.075) -> dict[str, float]:
    """Return heights in the same order, at least ``gap`` apart, and below 1 where they all fit."""
    placed: dict[str, float] = {}
    ceiling = 1.0
    for name in sorted(heights, key=lambda key: -heights[key]):
        placed[name] = min(heights[name], ceiling)
        ceiling = placed[name] - gap
    lift = max(0.0, -min(placed.values()))
    return {name: height + lift for name, height in placed.items()}
