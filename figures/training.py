"""Pictures of training: loss curves, and bars that show every seed."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from figures.arrays import Array, as_array
from figures.lines import line_look, name_lines
from figures.style import COLOURS, figure_of, new_axes, styled

_SMOOTH_FROM: Final = 100  # steps: shorter curves are drawn as they are
_NAME_WIDTH: Final = 14  # characters before a bar's name is wrapped


@styled
def loss_curves(runs: Mapping[str, Sequence[float]], ylabel: str, xlabel: str = "step") -> Figure:
    """Draw one curve for each run, named at its end.

    runs: name → one value a step. A long run is drawn as its running mean, in a band from the least to the greatest of
    the values that each mean is taken over.
    """
    if not runs:
        raise ValueError("loss_curves() was given no run to draw")
    ax = new_axes(8, 4.5)
    ends = {}
    for index, (name, values) in enumerate(runs.items()):
        curve = as_array(values, "steps", f"loss_curves(), run {name!r},")
        steps, middle, low, high = _smooth(curve)
        (line,) = ax.plot(steps, middle, **line_look(index), markevery=max(1, len(steps) // 8))
        ax.fill_between(steps, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        ends[name] = _last_finite(steps, middle)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.grid(axis="y")
    name_lines(ax, ends)
    return figure_of(ax)


@styled
def bars_with_spread(table: Mapping[str, Sequence[float]], ylabel: str, chance: float | None = None) -> Figure:
    """Draw the mean of each entry as a bar and every seed as a dot.

    table: name → one value a seed. chance: what guessing gives, drawn as a dashed line.
    """
    if not table:
        raise ValueError("bars_with_spread() was given no entry to draw")
    ax = new_axes(max(5.0, 1.5 * len(table) + 1.5), 4.5)
    top = 0.0
    for index, (name, values) in enumerate(table.items()):
        seeds = as_array(values, "seeds", f"bars_with_spread(), entry {name!r},")
        mean = float(seeds.mean())
        ax.bar(index, mean, width=0.62, color=COLOURS["allowed"], edgecolor=COLOURS["query"], linewidth=1.5)
        offsets = np.linspace(-0.15, 0.15, len(seeds)) if len(seeds) > 1 else np.zeros(1)
        ax.plot(index + offsets, seeds, "o", color=COLOURS["ink"], markersize=7, clip_on=False, zorder=3)
        ax.annotate(
            f"{mean:.2f}" if abs(mean) < 100 else f"{mean:,.0f}",
            (index, max(mean, float(seeds.max()))),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
        )
        top = max(top, float(seeds.max()))
    if chance is not None:
        ax.axhline(chance, color=COLOURS["accent"], linestyle="--")
        ax.annotate("chance", (1.01, chance), xycoords=("axes fraction", "data"), va="center", color=COLOURS["ink"])
    ax.set_xticks(range(len(table)), [fill(name, _NAME_WIDTH) for name in table])
    ax.set_xlim(-0.6, len(table) - 0.4)
    ax.set_ylim(0, 1.15 * max(top, chance or 0.0) or 1.0)
    ax.set_ylabel(ylabel)
    return figure_of(ax)


def _smooth(curve: Array) -> tuple[Array, Array, Array, Array]:
    """Return steps, running mean, and the least and the greatest value that each mean is taken over."""
    window = max(1, len(curve) // 50) if len(curve) >= _SMOOTH_FROM else 1
    windows = np.lib.stride_tricks.sliding_window_view(curve, window)
    steps = np.arange(len(windows), dtype=np.float64) + (window - 1) / 2
    return steps, windows.mean(axis=1), windows.min(axis=1), windows.max(axis=1)


def _last_finite(steps: Array, values: Array) -> tuple[float, float]:
    """Return where a curve ends before it diverges; a name needs a place even if there is no such point."""
    finite = np.flatnonzero(np.isfinite(values))
    return (float(steps[finite[-1]]), float(values[finite[-1]])) if finite.size else (0.0, 0.0)
