"""Pictures of the Transformer: the two towers, and the residual stream."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from figures.style import COLOURS, figure_of, new_axes, styled

Point = tuple[float, float]

_ARROW: Final = {"arrowstyle": "-|>", "linewidth": 1.8, "color": COLOURS["ink"], "shrinkA": 0, "shrinkB": 0}
_HALF: Final = 1.55  # of a box's width
_TALL: Final = 0.36  # half of a box's height
_STEP: Final = 1.75  # from sub-layer to sub-layer
_ACROSS: Final = "query"
_ALONE: Final = "value"


@styled
def architecture() -> Figure:
    """Draw encoder and decoder (Vaswani et al. 2017, figure 1), norms left out: they can stand in two places."""
    ax = new_axes(11, 8.6)
    left, right = 0.0, 6.2
    top = _tower(ax, left, "source", ("self-attention", "feed-forward"))
    decoder_top = _tower(ax, right, "target so far", ("masked\nself-attention", "cross-attention", "feed-forward"))
    ax.annotate("", (left, top + 0.9), (left, top), arrowprops=_ARROW)
    ax.text(left, top + 1.1, "memory", ha="center", color=COLOURS["key"], fontweight="bold")
    cross = _floor(1)
    ax.plot([left + 0.75, 3.1, 3.1], [top + 1.2, top + 1.2, cross], color=COLOURS["key"], linewidth=2.5)
    _arrow(ax, (3.1, cross), (right - _HALF, cross), "key")
    ax.text(3.2, cross + 0.12, "keys,\nvalues", color=COLOURS["key"], fontsize=12, va="bottom")
    _arrow(ax, (right, decoder_top), (right, decoder_top + 0.55))
    _box(ax, (right, decoder_top + 0.95), "linear map, softmax", "ink")
    _arrow(ax, (right, decoder_top + 0.95 + _TALL), (right, decoder_top + 1.8))
    ax.text(right, decoder_top + 1.95, "next token, at every position", ha="center", fontweight="bold")
    ax.set(xlim=(-2.9, 9.4), ylim=(-0.5, decoder_top + 2.4))
    ax.set_axis_off()
    return figure_of(ax)


@styled
def stream(words: Sequence[str]) -> Figure:
    """Draw the vectors of ``words`` on their way up through two layers: attention crosses over, the rest not."""
    ax = new_axes(2.6 * len(words) + 3.4, 5.6)
    for place, word in enumerate(words):
        x = 2.6 * place
        _arrow(ax, (x, 0.2), (x, 7.0))
        ax.text(x, -0.1, word, ha="center", va="center", fontweight="bold")
        for floor in (1.4, 4.4):
            for other in range(len(words)):
                if other != place:
                    reach = {"arrowstyle": "-|>", "color": COLOURS[_ACROSS], "linewidth": 1.6}
                    ax.annotate("", (x, floor + 0.75), (2.6 * other, floor - 0.35), arrowprops=reach)
            _loop(ax, x, floor + 1.55)
    end = 2.6 * (len(words) - 1) + 0.95
    for floor, layer in ((1.4, 1), (4.4, 2)):
        ax.text(end, floor + 0.2, f"attention {layer}", color=COLOURS[_ACROSS], fontweight="bold", va="center")
        ax.text(end, floor + 1.55, f"feed-forward {layer}", color=COLOURS[_ALONE], fontweight="bold", va="center")
    ax.set(xlim=(-0.9, end + 2.2), ylim=(-0.4, 7.2))
    ax.set_axis_off()
    return figure_of(ax)


def _loop(ax: Axes, x: float, y: float) -> None:
    """Draw a small box beside a stream that reads below and adds above."""
    look = {"arrowstyle": "-|>", "color": COLOURS[_ALONE], "linewidth": 1.8}
    ax.annotate("", (x + 0.45, y - 0.15), (x, y - 0.45), arrowprops=look)
    ax.annotate("", (x, y + 0.5), (x + 0.45, y + 0.15), arrowprops=look)
    ax.add_patch(
        Rectangle((x + 0.3, y - 0.17), 0.34, 0.34, facecolor="white", edgecolor=COLOURS[_ALONE], linewidth=2, zorder=3)
    )


def _tower(ax: Axes, x: float, name: str, sublayers: Sequence[str]) -> float:
    """Draw embedding, positions and a frame of sub-layers; return the height at which the tower's arrow leaves it."""
    ax.text(x, -0.25, name, ha="center", va="center", fontweight="bold")
    _arrow(ax, (x, 0.0), (x, 0.5 - _TALL + 0.3))
    _box(ax, (x, 0.8), r"embedding × $\sqrt{D}$", "ink")
    _arrow(ax, (x, 0.8 + _TALL), (x, 1.55))
    _plus(ax, (x, 1.7))
    ax.text(x - 0.35, 1.7, "positions", ha="right", va="center")
    for floor, label in enumerate(sublayers):
        _sublayer(ax, x, _floor(floor), label)
    bottom, top = _floor(0) - 0.85, _floor(len(sublayers) - 1) + 1.12
    ax.add_patch(
        FancyBboxPatch(
            (x - 2.15, bottom),
            4.3,
            top - bottom,
            boxstyle="round,pad=0.05",
            fill=False,
            edgecolor=COLOURS["masked"],
            linewidth=1.5,
        )
    )
    ax.text(x + 2.35, (bottom + top) / 2, "× L", va="center", fontsize=17)
    return top + 0.1


def _sublayer(ax: Axes, x: float, y: float, label: str) -> None:
    """Draw a box with a way past it that ends in an addition."""
    _arrow(ax, (x, y - 0.95), (x, y - _TALL))
    _box(ax, (x, y), label, _ALONE if label == "feed-forward" else _ACROSS)
    _arrow(ax, (x, y + _TALL), (x, y + 0.62))
    side = x + 1.85
    ax.plot([x, side, side], [y - 0.68, y - 0.68, y + 0.77], color=COLOURS["ink"], linewidth=1.4)
    _arrow(ax, (side, y + 0.77), (x + 0.15, y + 0.77))
    _plus(ax, (x, y + 0.77))


def _floor(number: int) -> float:
    return 3.0 + _STEP * number


def _box(ax: Axes, middle: Point, text: str, role: str) -> None:
    x, y = middle
    ax.add_patch(
        FancyBboxPatch(
            (x - _HALF + 0.08, y - _TALL + 0.08),
            2 * _HALF - 0.16,
            2 * _TALL - 0.16,
            boxstyle="round,pad=0.08",
            facecolor="white",
            edgecolor=COLOURS[role],
            linewidth=2.5,
            zorder=3,
        )
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=13, zorder=4, linespacing=0.95)


def _plus(ax: Axes, at: Point) -> None:
    ax.plot(*at, "o", color="white", markeredgecolor=COLOURS["ink"], markersize=17, markeredgewidth=1.6, zorder=3)
    ax.text(*at, "+", ha="center", va="center_baseline", fontsize=15, zorder=4)


def _arrow(ax: Axes, start: Point, end: Point, role: str = "ink") -> None:
    ax.annotate("", end, start, arrowprops={**_ARROW, "color": COLOURS[role]})
