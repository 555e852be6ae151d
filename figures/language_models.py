"""Pictures of language models: bits against steps or context, and the masks of the three kinds of Transformer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter

from figures.arrays import as_array
from figures.lines import line_look, name_lines
from figures.style import COLOURS, figure_of, new_axes, styled

Curve = tuple[Sequence[float], Any]
"""Places on the axis, N of them, and values: (S, N), a row for each seed, or (N,) for what has no seed."""

_PANEL: Final = 3.9  # inches


@styled
def curves_on_log_axis(
    series: Mapping[str, Curve], xlabel: str, ylabel: str, levels: Mapping[str, float] | None = None
) -> Figure:
    """Draw means in bands from the least to the greatest seed over a logarithmic axis, each named at its end.

    series: name → curve. levels: name → height of a dashed line across the picture, such as an opponent's result.
    """
    if not series:
        raise ValueError("curves_on_log_axis() was given no series to draw")
    ax = new_axes(8, 4.8)
    ax.set_xscale("log", base=2)
    ends: dict[str, tuple[float, float]] = {}
    ticks: set[float] = set()
    for index, (name, (at, values)) in enumerate(series.items()):
        runs = as_array(np.atleast_2d(values), "seeds, places", f"curves_on_log_axis(), {name!r},")
        if runs.shape[1] != len(at):
            raise ValueError(f"curves_on_log_axis(), {name!r}: {len(at)} places, but {runs.shape[1]} values")
        mean = runs.mean(axis=0)
        (line,) = ax.plot(at, mean, **line_look(index))
        ax.fill_between(at, runs.min(axis=0), runs.max(axis=0), color=line.get_color(), alpha=0.2, linewidth=0)
        ends[name] = (float(at[-1]), float(mean[-1]))
        ticks |= {float(place) for place in at}
    for level, height in (levels or {}).items():
        ax.axhline(height, color=COLOURS["masked"], linestyle="--", linewidth=1.5)
        ax.annotate(
            level, (0.01, height), xycoords=("axes fraction", "data"), xytext=(0, 3), textcoords="offset points"
        )
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(sorted(ticks), [f"{tick:,.0f}" for tick in sorted(ticks)])
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.minorticks_off()
    ax.grid(axis="y")
    name_lines(ax, ends)
    return figure_of(ax)


@styled
def masks_side_by_side(masks: Mapping[str, Any], labels: Mapping[str, Sequence[str]]) -> Figure:
    """Draw masks next to each other: filled where a row may attend to a column, hatched where not.

    masks: name → (T, T) bool. labels: the same names → T labels.
    """
    if not masks:
        raise ValueError("masks_side_by_side() was given no mask to draw")
    figure = Figure(figsize=(_PANEL * len(masks), _PANEL + 0.6), layout="constrained")
    panels = figure.subplots(1, len(masks), squeeze=False)[0]
    for ax, (name, mask) in zip(panels, masks.items(), strict=True):
        cells = as_array(mask, "T, T", f"masks_side_by_side(), {name!r},") != 0
        for row, column in np.ndindex(*cells.shape):
            look: dict[str, Any] = (
                {"facecolor": COLOURS["allowed"], "edgecolor": "white"}
                if cells[row, column]
                else {"facecolor": "white", "edgecolor": COLOURS["masked"], "hatch": "///"}
            )
            ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, linewidth=2, **look))
        ax.set(xlim=(-0.5, cells.shape[1] - 0.5), ylim=(cells.shape[0] - 0.5, -0.5), aspect="equal", title=name)
        ax.set_xticks(range(cells.shape[1]), labels[name], rotation=60, ha="right", rotation_mode="anchor", fontsize=12)
        ax.set_yticks(range(cells.shape[0]), labels[name], fontsize=12)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return figure
