"""Pictures of positional encodings: tables of numbers, curves along an axis, accuracy against length."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure

from figures.arrays import as_array, as_labels
from figures.lettering import write_number
from figures.lines import line_look, name_lines, spread
from figures.style import AMOUNTS, COLOURS, figure_of, new_axes, styled

_CELL: Final = 0.72  # inches
_NOTHING: Final = "none"
_GREY: Final[dict[str, Any]] = {"color": COLOURS["masked"], "marker": "X", "linestyle": "--"}
_ABOVE: Final[dict[str, Any]] = {"textcoords": "offset points", "ha": "left", "fontsize": 12}
_NAME: Final[dict[str, Any]] = {
    "xycoords": "axes fraction",
    "va": "center",
    "fontweight": "bold",
    "annotation_clip": False,
}


@styled
def vectors_side_by_side(tables: Mapping[str, tuple[Sequence[str], Any]]) -> Figure:
    """Draw small tables of vectors beside each other on one colour scale, each row named and each cell numbered.

    tables: title → (row labels, array (T, D)).
    """
    if not tables:
        raise ValueError("vectors_side_by_side() was given no table to draw")
    arrays = {
        title: as_array(array, "T, D", f"vectors_side_by_side(), {title!r},") for title, (_, array) in tables.items()
    }
    low, high = min(float(a.min()) for a in arrays.values()), max(float(a.max()) for a in arrays.values())
    rows, columns = max(a.shape[0] for a in arrays.values()), sum(a.shape[1] for a in arrays.values())
    figure = Figure(figsize=(_CELL * columns + 1.6 * len(tables), _CELL * rows + 1.0), layout="constrained")
    panels = figure.subplots(1, len(tables), squeeze=False)[0]
    for ax, (title, (labels, _)) in zip(panels, tables.items(), strict=True):
        cells = arrays[title]
        image = ax.imshow(cells, cmap=AMOUNTS, vmin=low, vmax=high)
        for row, column in np.ndindex(*cells.shape):
            write_number(ax, column, row, float(cells[row, column]), image.cmap(image.norm(cells[row, column])))
        ax.set_yticks(range(len(cells)), as_labels(labels, len(cells), "", "vectors_side_by_side()"))
        ax.set_xticks([])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(title)
    return figure


@styled
def encoding_map(encoding: Any) -> Figure:
    """Draw an encoding as a map: a row for each position, a column for each feature.

    encoding: (T, D).
    """
    cells = as_array(encoding, "T, D", "encoding_map()")
    ax = new_axes(10, 4.8)
    image = ax.imshow(cells, cmap=AMOUNTS, aspect="auto", interpolation="nearest")
    ax.set_xlabel("feature")
    ax.set_ylabel("position")
    ax.figure.colorbar(image, ax=ax, pad=0.02)
    return figure_of(ax)


@styled
def curves(x: Any, series: Mapping[str, Any], xlabel: str, ylabel: str) -> Figure:
    """Draw named curves over one axis.

    x: (N,). series: name → (N,).
    """
    if not series:
        raise ValueError("curves() was given no series to draw")
    at = as_array(x, "N", "curves()")
    ax = new_axes(9, 4.2)
    ends = {}
    for index, (name, values) in enumerate(series.items()):
        y = as_array(values, "N", f"curves(), series {name!r},")
        if len(y) != len(at):
            raise ValueError(f"curves(), series {name!r}, has {len(y)} values for {len(at)} places")
        ax.plot(at, y, **line_look(index), markevery=max(1, len(at) // 10))
        ends[name] = (float(at[-1]), float(y[-1]))
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.grid(axis="y")
    if len(series) > 1:
        name_lines(ax, ends)
    return figure_of(ax)


@styled
def accuracy_by_length(
    tables: Mapping[str, Mapping[str, Sequence[float]]], trained_up_to: int, chance: float
) -> Figure:
    """Draw accuracy against the length asked about: a line through the means, a dot for each seed.

    tables: name → length → one value a seed. Lengths on a logarithmic axis; those seen in training are shaded. The line
    named "none" is grey.
    """
    if not tables:
        raise ValueError("accuracy_by_length() was given no entry to draw")
    ax = new_axes(9, 5)
    ends = {}
    coloured = [name for name in tables if name != _NOTHING]
    looks = {name: line_look(index) for index, name in enumerate(coloured)} | {_NOTHING: _GREY}
    for name, by_length in tables.items():
        lengths = [int(length) for length in by_length]
        means = [float(np.mean(as_array(values, "seeds", name))) for values in by_length.values()]
        look = looks[name]
        ax.plot(lengths, means, **look)
        for length, values in zip(lengths, by_length.values(), strict=True):
            ax.plot([length] * len(values), values, look["marker"], color=look["color"], markersize=5, alpha=0.5)
        ends[name] = (float(lengths[-1]), means[-1])
    ax.set_xscale("log", base=2)
    ax.set_xticks(lengths, [str(length) for length in lengths])
    ax.set_xlim(0.8 * trained_up_to, 1.06 * lengths[-1])
    ax.axvspan(0.8 * trained_up_to, trained_up_to, color=COLOURS["allowed"], zorder=0)
    ax.axhline(chance, color=COLOURS["accent"], linestyle=":")
    ax.annotate("chance", (0.01, chance), xycoords=("axes fraction", "data"), xytext=(0, 5), **_ABOVE)
    ax.set_ylim(0, 1.03)
    ax.set_xlabel("length of the sequences asked about")
    ax.set_ylabel("share of right reports")
    ax.grid(axis="y")
    to_fraction = ax.transData + ax.transAxes.inverted()
    heights = {name: float(to_fraction.transform(end)[1]) for name, end in ends.items()}
    for name, height in spread(heights).items():
        ax.annotate(name, (1.02, height), color=looks[name]["color"], **_NAME)
    return figure_of(ax)
