"""Pictures of training: loss curves, and bars that show every seed."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.arrays import as_array
from figures.style import COLOURS, new_axes, styled

LINE_COLOURS: Final = (COLOURS["query"], COLOURS["key"], COLOURS["value"], COLOURS["output"], COLOURS["ink"])
LINE_DASHES: Final = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))
_SMOOTH_FROM: Final = 100  # steps: shorter curves are drawn as they are
_NAME_WIDTH: Final = 14  # characters before a bar's name is wrapped


@styled
def loss_curves(runs: Mapping[str, Sequence[float]], ylabel: str, xlabel: str = "step") -> Figure:
    """Draw one curve for each run, named at its end.

    runs: name → one value a step. Long runs are drawn twice: every step, thin, and their running mean, thick.
    """
    if not runs:
        raise ValueError("loss_curves() was given no run to draw")
    ax = new_axes(8, 4.5)
    ends = {}
    for index, (name, values) in enumerate(runs.items()):
        curve = as_array(values, "steps", f"loss_curves(), run {name!r},")
        style = {"color": LINE_COLOURS[index % 5], "linestyle": LINE_DASHES[index % 5]}
        window = max(1, len(curve) // 50) if len(curve) >= _SMOOTH_FROM else 1
        if window > 1:
            ax.plot(np.arange(len(curve)), curve, color=style["color"], linewidth=0.8, alpha=0.3)
        smooth = np.convolve(curve, np.full(window, 1 / window), mode="valid")
        steps = np.arange(len(smooth)) + (window - 1) / 2
        ax.plot(steps, smooth, **style)
        ends[name] = (steps[-1], smooth[-1])
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.grid(axis="y")
    name_lines(ax, ends)
    return ax.figure


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
            f"{mean:.2f}",
            (index, max(mean, float(seeds.max()))),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
        )
        top = max(top, float(seeds.max()))
    if chance is not None:
        ax.axhline(chance, color=COLOURS["key"], linestyle="--")
        ax.annotate("chance", (1.01, chance), xycoords=("axes fraction", "data"), va="center", color=COLOURS["ink"])
    ax.set_xticks(range(len(table)), [fill(name, _NAME_WIDTH) for name in table])
    ax.set_xlim(-0.6, len(table) - 0.4)
    ax.set_ylim(0, 1.15 * max(top, chance or 0.0))
    ax.set_ylabel(ylabel)
    return ax.figure


def name_lines(ax: Axes, ends: Mapping[str, tuple[float, float]]) -> None:
    """Write each line's name to the right of its end ``(x, y)``, pushed apart where names would overlap."""
    heights = {
        name: float(ax.transAxes.inverted().transform(ax.transData.transform(end))[1]) for name, end in ends.items()
    }
    for (name, height), line in zip(_spread(heights).items(), ends, strict=True):
        ax.annotate(name, (1.02, height), xycoords="axes fraction", va="center", annotation_clip=False)


def _spread(heights: Mapping[str, float], gap: float = 0.075) -> dict[str, float]:
    placed: dict[str, float] = {}
    lowest = 0.0
    for name in sorted(heights, key=lambda key: heights[key]):
        placed[name] = max(heights[name], lowest)
        lowest = placed[name] + gap
    return placed
