"""Pictures of translation: encoder and decoder, what a decoder step waits for, and accuracy along an axis."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from figures.arrays import as_array
from figures.lines import line_look, name_lines
from figures.style import COLOURS, figure_of, new_axes, styled

_ARROW: Final = {"arrowstyle": "-|>", "linewidth": 1.8, "color": COLOURS["ink"], "shrinkA": 0, "shrinkB": 0}
_BOX: Final = 0.72  # of the distance between two boxes


@styled
def encoder_decoder(
    source: Sequence[str], target: Sequence[str], said: int | None = None, weights: Sequence[float] = ()
) -> Figure:
    """Draw an encoder that reads ``source`` and a decoder that says ``target``.

    Without weights, all that passes between them is one state. With weights, one for each source word, the decoder's
    step number ``said`` also looks at the encoder's outputs; a line is as thick as its weight is large.
    """
    if weights and (said is None or len(weights) != len(source)):
        raise ValueError(f"encoder_decoder() wants the step and {len(source)} weights; it was given {len(weights)}")
    count = len(source) + len(target) + 2
    ax = new_axes(0.95 * count, 4.6 if weights else 3.2)
    first = len(source) + 1.0
    for place, word in enumerate(source):
        _box(ax, place, 0, f"$h_{{{place + 1}}}$", "key")
        _arrow(ax, (place, -0.95), (place, -0.4))
        ax.text(place, -1.15, word, ha="center", va="center")
    for place, word in enumerate((*target, "EOS")):
        _box(ax, first + place, 0, f"$s_{{{place + 1}}}$", "query")
        _arrow(ax, (first + place, -0.95), (first + place, -0.4))
        _arrow(ax, (first + place, 0.4), (first + place, 0.95))
        ax.text(first + place, 1.15, word, ha="center", va="center", fontweight="bold")
        ax.text(first + place, -1.15, ("BOS", *target)[place], ha="center", va="center", color=COLOURS["masked"])
    for place in (*range(len(source) - 1), *range(len(source) + 1, count - 1)):
        _arrow(ax, (place + _BOX / 2, 0), (place + 1 - _BOX / 2, 0))
    accent = COLOURS["ink"] if weights else COLOURS["accent"]
    ax.annotate(
        "", (first - _BOX / 2, 0), (first - 2 + _BOX / 2, 0), arrowprops={**_ARROW, "color": accent, "linewidth": 3}
    )
    if not weights:
        ax.text(first - 1, 0.32, "one\nvector", ha="center", va="bottom", color=accent, fontweight="bold")
    if weights and said is not None:
        _draw_looks(ax, weights, first + said)
    ax.text((len(source) - 1) / 2, -1.65, "encoder reads", ha="center", color=COLOURS["key"], fontweight="bold")
    middle = first + len(target) / 2
    ax.text(
        middle, -1.65, "decoder reads (grey) and says (bold)", ha="center", color=COLOURS["query"], fontweight="bold"
    )
    ax.set(xlim=(-0.7, count - 0.3), ylim=(-1.9, 3.1 if weights else 1.5))
    ax.set_axis_off()
    return figure_of(ax)


def _draw_looks(ax: Axes, weights: Sequence[float], step: float) -> None:
    middle = (len(weights) - 1) / 2
    for place, weight in enumerate(weights):
        ax.plot([place, middle], [0.4, 2.1], color=COLOURS["value"], linewidth=0.8 + 9 * weight, solid_capstyle="butt")
        ax.text(
            place,
            0.62,
            f"{weight:.2f}",
            ha="center",
            fontsize=13,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    _box(ax, middle, 2.35, "$c$", "value")
    ax.annotate(
        "",
        (step - 0.34, 0.42),
        (middle + _BOX / 2, 2.35),
        arrowprops={**_ARROW, "color": COLOURS["value"], "connectionstyle": "angle,angleA=0,angleB=90,rad=8"},
    )
    ax.text(
        middle + 0.6,
        2.6,
        "context: weighted mean of $h_1 … h_{T_s}$, made anew for this step",
        va="center",
        fontsize=13,
    )


@styled
def waiting(source_length: int, target_length: int) -> Figure:
    """Draw which values of an attention decoder wait for which: a row for each dependent step.

    Keys come after the encoder; then each decoder step takes two rows, its weights (all at once), then its state.
    """
    ax = new_axes(8.5, 0.62 * (source_length + 2 * target_length + 1))
    for place in range(source_length):
        _small(ax, place, place + 1, "key", "o")
        if place:
            ax.annotate("", (place, place + 1), (place - 1, place), arrowprops=_ARROW)
    for step in range(target_length):
        row = source_length + 1 + 2 * step
        for place in range(source_length):
            _small(ax, place, row, "output", "s")
        ax.add_patch(
            Rectangle(
                (-0.45, row - 0.36), source_length - 0.1, 0.72, fill=False, edgecolor=COLOURS["output"], linewidth=1.2
            )
        )
        ax.text(
            source_length - 0.3, row, rf"$\alpha_{{{step + 1},1}} … \alpha_{{{step + 1},{source_length}}}$", va="center"
        )
        state = source_length + 2.4
        _small(ax, state, row + 1, "query", "o")
        ax.text(state + 0.4, row + 1, f"$s_{{{step + 1}}}$", va="center")
        ax.annotate("", (state, row + 1), (source_length - 0.55, row + 0.36), arrowprops=_ARROW)
        if step + 1 < target_length:
            ax.annotate("", (source_length - 0.55, row + 1.64), (state, row + 1), arrowprops=_ARROW)
    rows = source_length + 2 * target_length
    ax.set(xlim=(-0.8, source_length + 3.6), ylim=(rows + 0.6, 0.4), ylabel="dependent step")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xticks(range(source_length), [f"$h_{{{place + 1}}}$" for place in range(source_length)])
    ax.xaxis.tick_top()
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(top=False)
    return figure_of(ax)


@styled
def curves_with_spread(
    at: Sequence[float], series: Mapping[str, Any], xlabel: str, ylabel: str, ylim: tuple[float, float] = (0.0, 1.03)
) -> Figure:
    """Draw the mean of each series as a line in a band from its least to its greatest seed.

    series: name → (S, N), a row for each seed, or (N,) for one seed; N = len(at).
    """
    if not series:
        raise ValueError("curves_with_spread() was given no series to draw")
    ax = new_axes(8, 4.5)
    ends = {}
    for index, (name, values) in enumerate(series.items()):
        runs = as_array(np.atleast_2d(values), "seeds, places", f"curves_with_spread(), {name!r},")
        mean = runs.mean(axis=0)
        (line,) = ax.plot(at, mean, **line_look(index))
        ax.fill_between(at, runs.min(axis=0), runs.max(axis=0), color=line.get_color(), alpha=0.15, linewidth=0)
        ends[name] = (float(at[-1]), float(mean[-1]))
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)
    ax.set_xticks(list(at))
    ax.grid(axis="y")
    name_lines(ax, ends)
    return figure_of(ax)


def _box(ax: Axes, x: float, y: float, text: str, role: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x - _BOX / 2 + 0.08, y - 0.32),
            _BOX - 0.16,
            0.64,
            boxstyle="round,pad=0.08",
            facecolor="white",
            edgecolor=COLOURS[role],
            linewidth=2.5,
        )
    )
    ax.text(x, y, text, ha="center", va="center")


def _small(ax: Axes, x: float, y: float, role: str, marker: Literal["o", "s"]) -> None:
    ax.plot(x, y, marker, color=COLOURS[role], markersize=10, zorder=3)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, arrowprops=_ARROW)
