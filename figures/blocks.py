"""Pictures of what goes into the building blocks and what comes out: planes, toy pictures, signals."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure

from figures.arrays import as_array
from figures.lines import line_look
from figures.style import AMOUNTS, COLOURS, styled

_PANEL: Final = 3.4  # inches
_PICTURE: Final = 2.3  # inches


@styled
def planes(answers: Mapping[str, Any], extent: float) -> Figure:
    """Draw what functions of two inputs answer on a square, side by side, on one scale.

    answers: name → (rows, columns), the second input growing with the row. extent: the largest input; −extent is the
    smallest.
    """
    grids = {name: as_array(values, "rows, columns", f"planes(), {name!r},") for name, values in answers.items()}
    if not grids:
        raise ValueError("planes() was given nothing to draw")
    figure = Figure(figsize=(_PANEL * len(grids) + 0.6, 3.6), layout="constrained")
    panels = figure.subplots(1, len(grids), sharey=True, squeeze=False)[0]
    top = max(float(grid.max()) for grid in grids.values())
    for ax, (name, grid) in zip(panels, grids.items(), strict=True):
        image = ax.imshow(
            grid, cmap=AMOUNTS, vmin=0, vmax=top, origin="lower", extent=(-extent, extent, -extent, extent)
        )
        ax.set_title(name)
        ax.set_xlabel("first input")
    panels[0].set_ylabel("second input")
    figure.colorbar(image, ax=list(panels), shrink=0.85, pad=0.02, label="output")
    return figure


@styled
def pictures(images: Mapping[str, Any]) -> Figure:
    """Draw small pictures of brightness side by side: a number takes the same room in all of them.

    Each has its own scale of greys, from its least to its greatest number.

    images: name → (rows, columns).
    """
    if not images:
        raise ValueError("pictures() was given no picture to draw")
    figure = Figure(figsize=(_PICTURE * len(images), _PICTURE + 0.7), layout="constrained")
    panels = figure.subplots(1, len(images), squeeze=False)[0]
    grids = [as_array(values, "rows, columns", f"pictures(), {name!r},") for name, values in images.items()]
    side = max(max(grid.shape) for grid in grids)
    for ax, name, grid in zip(panels, images, grids, strict=True):
        ax.imshow(grid, cmap="gray", interpolation="nearest")
        ax.set_title(f"{name}\n{grid.shape[0]} × {grid.shape[1]}", fontsize=13)
        ax.set(xlim=(-0.5, side - 0.5), ylim=(side - 0.5, -0.5), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return figure


@styled
def signals(rows: Mapping[str, Any], marks: Sequence[int] = (), width: float = 9.0) -> Figure:
    """Draw signals below each other on one time axis, named at the left.

    rows: name → (T,). marks: times at which a dashed line crosses all of them.
    """
    if not rows:
        raise ValueError("signals() was given no signal to draw")
    figure = Figure(figsize=(width, 1.15 * len(rows) + 0.8), layout="constrained")
    panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
    for index, (ax, (name, values)) in enumerate(zip(panels, rows.items(), strict=True)):
        signal = as_array(values, "T", f"signals(), {name!r},")
        look = line_look(index)
        ax.plot(np.arange(len(signal)), signal, color=look["color"], marker=look["marker"], markersize=5, linewidth=1.8)
        ax.axhline(0, color=COLOURS["faint"], zorder=0)
        for mark in marks:
            ax.axvline(mark, color=COLOURS["ink"], linestyle="--", linewidth=1)
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
    panels[-1].set_xlabel("time")
    return figure
