"""Pictures of attention: weights, heads, masks, the idea in one picture, and what it costs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullFormatter

from figures.arrays import Array, as_array, as_labels
from figures.flow import attention_flow
from figures.lettering import write_number
from figures.lines import line_look, name_lines
from figures.style import AMOUNTS, COLOURS, figure_of, new_axes, styled

__all__ = ["attention_flow", "cost_curves", "head_grid", "heat_map", "mask_picture"]

_NUMBERS_UP_TO: Final = 8  # rows and columns: beyond, numbers in cells would be too small to read
_KEY_AXIS: Final = "key: what is looked at"
_QUERY_AXIS: Final = "query: who looks"
_SIDE: Final = 7.0  # inches: the longer side of a map
_GRID_WIDTH: Final = 8.0  # inches: of the maps of a grid, without their labels
_CELL: Final = 0.62  # inches


@styled
def heat_map(
    weights: Any,
    query_labels: Sequence[str] | None = None,
    key_labels: Sequence[str] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw attention weights or scores: a row for each query, a column for each key.

    weights: (T_q, T_k); what is not finite (a masked score) is hatched. Small maps carry their numbers.
    """
    cells = as_array(weights, "T_q, T_k", "heat_map()")
    rows = as_labels(query_labels, cells.shape[0], "q", "heat_map(query_labels=...)")
    columns = as_labels(key_labels, cells.shape[1], "k", "heat_map(key_labels=...)")
    ax = ax if ax is not None else new_axes(*_map_size(cells, rows, columns))
    image = _draw_cells(ax, cells, *_limits(cells))
    _write_axes(ax, rows, columns)
    ax.set_title(title)
    colour_bar = ax.figure.colorbar(image, ax=ax, shrink=0.9, pad=0.02)
    colour_bar.ax.tick_params(labelsize=12)
    return figure_of(ax)


@styled
def head_grid(
    weights: Any,
    query_labels: Sequence[str] | None = None,
    key_labels: Sequence[str] | None = None,
    head_labels: Sequence[str] | None = None,
) -> Figure:
    """Draw the weights of several heads side by side, on one colour scale.

    weights: (H, T_q, T_k). head_labels: one for each head; "head 1", "head 2", ... without them.
    """
    heads = as_array(weights, "H, T_q, T_k", "head_grid()")
    rows = as_labels(query_labels, heads.shape[1], "q", "head_grid(query_labels=...)")
    columns = as_labels(key_labels, heads.shape[2], "k", "head_grid(key_labels=...)")
    titles = as_labels(head_labels or [f"head {head + 1}" for head in range(len(heads))], len(heads), "", "head_grid()")
    across = _heads_across(len(heads), max(heads.shape[1:]))
    down = -(-len(heads) // across)
    width, height = _map_size(heads[0], rows, columns, side=_GRID_WIDTH / across)
    figure = Figure(figsize=(across * (width - 1.2) + 1.6, down * (height - 0.4) + 0.7), layout="compressed")
    grid = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).flat
    for index, ax in enumerate(grid):
        if index >= len(heads):
            ax.set_axis_off()
            continue
        image = _draw_cells(ax, heads[index], *_limits(heads), numbers=False)
        _write_ticks(ax, rows, columns, side=_GRID_WIDTH / across)
        ax.set_title(titles[index])
        ax.label_outer()
    figure.supxlabel(_KEY_AXIS)
    figure.supylabel(_QUERY_AXIS)
    figure.colorbar(image, ax=figure.axes, shrink=0.9, pad=0.01, label="weight")
    return figure


@styled
def mask_picture(
    mask: Any,
    query_labels: Sequence[str] | None = None,
    key_labels: Sequence[str] | None = None,
    title: str = "",
) -> Figure:
    """Draw a mask: filled where a query may attend to a key, hatched where it may not.

    mask: (T_q, T_k) bool, True = may attend.
    """
    allowed = as_array(mask, "T_q, T_k", "mask_picture()") != 0
    rows = as_labels(query_labels, allowed.shape[0], "q", "mask_picture(query_labels=...)")
    columns = as_labels(key_labels, allowed.shape[1], "k", "mask_picture(key_labels=...)")
    width, height = _map_size(allowed, rows, columns)
    ax = new_axes(width + 1.0, height)
    for row, column in np.ndindex(*allowed.shape):
        ax.add_patch(_cell(column, row, COLOURS["allowed"]) if allowed[row, column] else _masked_cell(column, row))
    ax.set(xlim=(-0.5, allowed.shape[1] - 0.5), ylim=(allowed.shape[0] - 0.5, -0.5), aspect="equal")
    _write_axes(ax, rows, columns)
    ax.set_title(title)
    ax.legend(
        handles=[_cell(0, 0, COLOURS["allowed"], label="may attend"), _masked_cell(0, 0, label="masked")],
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        handlelength=1.2,
        handleheight=1.2,
    )
    return figure_of(ax)


@styled
def cost_curves(lengths: Sequence[float], series: Mapping[str, Sequence[float]], ylabel: str) -> Figure:
    """Draw how a cost grows with the sequence length, on two logarithmic axes: a power law is a straight line.

    lengths: one for each point. series: name → one cost a length.
    """
    x = as_array(lengths, "lengths", "cost_curves()")
    if not series:
        raise ValueError("cost_curves() was given no series to draw")
    ax = new_axes(8, 4.5)
    ends = {}
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
    ax.yaxis.set_major_formatter("{x:,g}")
    ax.yaxis.set_minor_formatter(NullFormatter())
    for index, (name, costs) in enumerate(series.items()):
        y = as_array(costs, "lengths", f"cost_curves(), series {name!r},")
        if len(y) != len(x):
            raise ValueError(f"cost_curves(), series {name!r}, has {len(y)} costs for {len(x)} lengths")
        ax.plot(x, y, **line_look(index))
        ends[name] = (x[-1], y[-1])
    ax.set_xticks(x, [f"{length:,.0f}" for length in x])
    ax.set_xlabel("sequence length")
    ax.set_ylabel(ylabel)
    ax.grid(axis="both")
    name_lines(ax, ends)
    return figure_of(ax)


def _limits(cells: Array) -> tuple[float, float]:
    finite = cells[np.isfinite(cells)]
    if finite.size == 0:
        return 0.0, 1.0
    return min(0.0, float(finite.min())), max(float(finite.max()), 1e-12)


def _heads_across(heads: int, tokens: int) -> int:
    """Return how many heads stand side by side: few, where their tokens would become too small to read."""
    if heads == 4 and tokens > _NUMBERS_UP_TO:
        return 2
    return min(4, heads)


def _map_size(cells: Any, rows: Sequence[str], columns: Sequence[str], side: float = _SIDE) -> tuple[float, float]:
    """Return inches that leave room for the labels; cells shrink until their longer side fits into ``side``."""
    down, across = cells.shape
    cell = _cell_size(down, across, side)
    return (
        across * cell + 0.12 * max(map(len, rows)) + 1.6,
        down * cell + (0.12 * max(map(len, columns)) if _slanted(columns) else 0.3) + 0.9,
    )


def _cell_size(down: int, across: int, side: float) -> float:
    return min(_CELL, side / max(down, across))


def _slanted(columns: Sequence[str]) -> bool:
    return len(columns) > _NUMBERS_UP_TO or max(map(len, columns)) > 4


def _write_axes(ax: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    _write_ticks(ax, rows, columns)
    ax.set_xlabel(_KEY_AXIS)
    ax.set_ylabel(_QUERY_AXIS)


def _write_ticks(ax: Axes, rows: Sequence[str], columns: Sequence[str], side: float = _SIDE) -> None:
    size = min(14.0, 0.85 * 72 * _cell_size(len(rows), len(columns), side))  # points: neighbours must not touch
    ax.set_xticks(range(len(columns)), columns, rotation=60 if _slanted(columns) else 0, fontsize=size)
    ax.set_yticks(range(len(rows)), rows, fontsize=size)
    if _slanted(columns):
        for label in ax.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _draw_cells(ax: Axes, cells: Array, low: float, high: float, numbers: bool = True) -> Any:
    shown = np.ma.masked_invalid(cells)
    image = ax.imshow(shown, cmap=AMOUNTS, vmin=low, vmax=high, aspect="equal", interpolation="nearest")
    for row, column in np.argwhere(~np.isfinite(cells)):
        ax.add_patch(_masked_cell(column, row))
    if numbers and max(cells.shape) <= _NUMBERS_UP_TO:
        for row, column in np.argwhere(np.isfinite(cells)):
            write_number(ax, column, row, float(cells[row, column]), image.cmap(image.norm(cells[row, column])))
    return image


def _cell(column: float, row: float, colour: str, label: str = "") -> Rectangle:
    return Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=2, label=label)


def _masked_cell(column: float, row: float, label: str = "") -> Rectangle:
    return Rectangle(
        (column - 0.5, row - 0.5), 1, 1, facecolor="white", edgecolor=COLOURS["masked"], hatch="///", label=label
    )
