"""Pictures of recurrent networks: unrolled in time, four kinds of task, the LSTM's two tracks, error against memory."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from figures.arrays import as_array
from figures.lines import line_look, name_lines
from figures.style import COLOURS, figure_of, new_axes, styled

Point = tuple[float, float]

_HALF: Final = 0.33  # of a box's side
_TASKS: Final[dict[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "one to many": ((0,), (0, 1, 2, 3)),
    "many to one": ((0, 1, 2, 3), (3,)),
    "many to many, aligned": ((0, 1, 2, 3), (0, 1, 2, 3)),
    "many to many, unaligned": ((0, 1, 2), (3, 4)),
}
_EXAMPLES: Final = ("picture → caption", "review → sentiment", "word → tag of each", "sentence → translation")


@styled
def unrolled(words: Sequence[str]) -> Figure:
    """Draw a recurrent network that reads ``words``: one copy of the same cell for each step."""
    ax = new_axes(1.75 * (len(words) + 1), 3.6)
    for step, word in enumerate(words, start=1):
        _box(ax, (step, 1), f"$h_{step}$", "output")
        ax.text(step, -0.15, word, ha="center", va="center")
        _arrow(ax, (step, 0.05), (step, 1 - _HALF), "$W_x$")
        _arrow(ax, (step - 1 + _HALF, 1), (step - _HALF, 1), "$W_h$", above=True)
        _arrow(ax, (step, 1 + _HALF), (step, 1.9))
        ax.text(step, 2.02, f"output {step}", ha="center", va="center", color=COLOURS["output"])
    _box(ax, (0, 1), "$h_0$", "masked")
    return _finished(ax, (-0.6, len(words) + 0.6), (-0.4, 2.25))


@styled
def both_directions(words: Sequence[str]) -> Figure:
    """Draw a bidirectional network: a state from the left and a state from the right for every word."""
    ax = new_axes(1.75 * (len(words) + 1), 4.4)
    for step, word in enumerate(words, start=1):
        ax.text(step, -0.15, word, ha="center", va="center")
        _box(ax, (step - 0.17, 0.9), "", "query")
        _box(ax, (step + 0.17, 1.9), "", "key")
        _arrow(ax, (step - 0.17, 0.05), (step - 0.17, 0.9 - _HALF))
        _arrow(ax, (step + 0.36, 0.05), (step + 0.36, 1.9 - _HALF))
        _arrow(ax, (step - 0.35, 0.9 + _HALF), (step - 0.35, 2.7))
        _arrow(ax, (step + 0.17, 1.9 + _HALF), (step + 0.17, 2.7))
        ax.text(step, 2.85, "[→ ; ←]", ha="center", va="center", fontweight="bold")
        if step < len(words):
            _arrow(ax, (step - 0.17 + _HALF, 0.9), (step + 0.83 - _HALF, 0.9))
            _arrow(ax, (step + 1.17 - _HALF, 1.9), (step + 0.17 + _HALF, 1.9))
    ax.text(0.45, 0.9, "forward", ha="right", va="center", color=COLOURS["query"], fontweight="bold")
    ax.text(0.45, 1.9, "backward", ha="right", va="center", color=COLOURS["key"], fontweight="bold")
    return _finished(ax, (-0.5, len(words) + 0.7), (-0.4, 3.05))


@styled
def four_tasks() -> Figure:
    """Draw the four kinds of sequence modelling: when a recurrent network reads, and when it answers."""
    figure = Figure(figsize=(13, 3.4), layout="constrained")
    for ax, (name, (reads, says)), example in zip(figure.subplots(1, 4), _TASKS.items(), _EXAMPLES, strict=True):
        last = max(*reads, *says)
        for step in range(last + 1):
            _box(ax, (step, 1), "", "output")
            if step:
                _arrow(ax, (step - 1 + _HALF, 1), (step - _HALF, 1))
            if step in reads:
                _arrow(ax, (step, 0.1), (step, 1 - _HALF))
                ax.plot(step, 0.0, "s", color=COLOURS["key"], markersize=12)
            if step in says:
                _arrow(ax, (step, 1 + _HALF), (step, 1.85))
                ax.plot(step, 2.0, "o", color=COLOURS["value"], markersize=12)
        ax.set_title(name, fontsize=15)
        ax.text(last / 2, -0.55, example, ha="center", va="center", fontsize=13)
        ax.set(xlim=(-0.6, 4.6), ylim=(-0.8, 2.3))
        ax.set_axis_off()
    return figure


@styled
def two_tracks() -> Figure:
    """Draw one step of an LSTM as two tracks: the cell above, changed by × and +, the hidden state below."""
    ax = new_axes(12, 5.6)
    top, bottom = 4.0, 0.6
    _track(ax, top, "cell", "$c_{t-1}$", "$c_t$", "value")
    _track(ax, bottom, "hidden state", "$h_{t-1}$", "$h_t$", "output", until=6.75, again=8.55)
    gates = {"f": (2.4, "forget\n$\\sigma$"), "i": (3.85, "input\n$\\sigma$"), "g": (5.3, "candidate\ntanh")}
    for letter, (x, words) in gates.items():
        _box(ax, (x, 1.9), f"{letter}: {words}", "query" if letter != "g" else "key", width=0.62, size=12)
        _arrow(ax, (x, bottom), (x, 1.9 - _HALF))
    _box(ax, (6.75, 1.9), "o: output\n$\\sigma$", "query", width=0.62, size=12)
    _arrow(ax, (6.75, bottom), (6.75, 1.9 - _HALF))
    _sign(ax, (2.4, top), "×")
    _sign(ax, (4.6, 3.0), "×")
    _sign(ax, (4.6, top), "+")
    _sign(ax, (8.2, 1.9), "×")
    _arrow(ax, (2.4, 1.9 + _HALF), (2.4, top - 0.2))
    _arrow(ax, (3.85, 1.9 + _HALF), (4.47, 2.82))
    _arrow(ax, (5.3, 1.9 + _HALF), (4.73, 2.82))
    _arrow(ax, (4.6, 3.2), (4.6, top - 0.2))
    _arrow(ax, (6.75 + 0.62, 1.9), (8.0, 1.9))
    _arrow(ax, (8.2, top), (8.2, 2.1), "tanh")
    ax.plot([8.2, 8.2, 8.55], [1.7, bottom, bottom], color=COLOURS["output"], linewidth=4, zorder=1)
    ax.plot(8.2, top, "o", color=COLOURS["value"], markersize=8)
    ax.text(1.35, bottom - 0.45, "and $x_t$, to all four gates", ha="center", va="center", fontsize=14)
    return _finished(ax, (-1.1, 10.6), (-0.15, 4.6))


@styled
def norms_back(curves: Mapping[str, Sequence[float]], ylabel: str) -> Figure:
    """Draw how large a gradient is, on a logarithmic axis, against the number of steps that it has gone back.

    curves: name → one norm a step, the earliest step first, as it is computed.
    """
    if not curves:
        raise ValueError("norms_back() was given no curve to draw")
    ax = new_axes(8, 4.5)
    ends = {}
    for index, (name, norms) in enumerate(curves.items()):
        back = as_array(norms, "steps", f"norms_back(), curve {name!r},")[::-1]
        ax.plot(np.arange(len(back)), back, **line_look(index), markevery=max(1, len(back) // 8))
        ends[name] = (len(back) - 1.0, float(back[-1]))
    ax.set_yscale("log")
    ax.set(xlabel="steps back in time", ylabel=ylabel)
    ax.grid(axis="y")
    name_lines(ax, ends)
    return figure_of(ax)


@styled
def error_by_gap(gaps: Sequence[int], errors: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw the median error over seeds against the gap to remember, a line for each model, a dot for each seed."""
    if not errors:
        raise ValueError("error_by_gap() was given no model to draw")
    ax = new_axes(8, 4.8)
    ends = {}
    for index, (name, rows) in enumerate(errors.items()):
        found = np.stack([as_array(row, "seeds", f"error_by_gap(), model {name!r},") for row in rows])
        shift = 1.03 ** (index - len(errors) / 2)  # lines that coincide stay visible
        places = np.asarray(gaps, dtype=np.float64) * shift
        (line,) = ax.plot(places, np.median(found, axis=1), **line_look(index))
        ax.plot(np.repeat(places, found.shape[1]), found.ravel(), ".", color=line.get_color(), alpha=0.7)
        ends[name] = (float(places[-1]), float(np.median(found[-1])))
    ax.axhline(1, color=COLOURS["masked"], linestyle="--", linewidth=1.5, zorder=0)
    ax.set_xscale("log")
    ax.set_xticks(gaps, [str(gap) for gap in gaps])
    ax.minorticks_off()
    ax.set(xlabel="steps from call to echo", ylabel="error (1: no better than the mean)", ylim=(-0.04, 1.15))
    name_lines(ax, ends)
    return figure_of(ax)


def _track(
    ax: Axes, y: float, name: str, before: str, after: str, role: str, until: float = 9.4, again: float | None = None
) -> None:
    start = 0.4
    for left, right in ((start, until), (again, 9.4)) if again else ((start, until),):
        ax.plot([left, right], [y, y], color=COLOURS[role], linewidth=4, zorder=1)
    _arrow(ax, (9.3, y), (9.75, y))
    ax.text(0.3, y, before, ha="right", va="center", fontsize=18, color=COLOURS[role])
    ax.text(9.85, y, after, ha="left", va="center", fontsize=18, color=COLOURS[role])
    ax.text(0.5, y + 0.3, name, ha="left", va="center", color=COLOURS[role], fontweight="bold")


def _sign(ax: Axes, at: Point, sign: str) -> None:
    ax.add_patch(Circle(at, 0.2, facecolor="white", edgecolor=COLOURS["ink"], linewidth=2, zorder=3))
    ax.text(*at, sign, ha="center", va="center", fontsize=17, zorder=4)


def _box(ax: Axes, at: Point, words: str, role: str, width: float = _HALF, size: float = 17) -> None:
    x, y = at
    corner = (x - width, y - _HALF)
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": COLOURS[role], "linewidth": 2.5, "zorder": 2}
    ax.add_patch(FancyBboxPatch(corner, 2 * width, 2 * _HALF, boxstyle="round,pad=0,rounding_size=0.08", **look))
    ax.text(x, y, words, ha="center", va="center", fontsize=size, zorder=3)


def _arrow(ax: Axes, start: Point, end: Point, words: str = "", above: bool = False) -> None:
    look = {"arrowstyle": "-|>", "linewidth": 1.8, "color": COLOURS["ink"], "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    if words and above:
        ax.text(middle[0], middle[1] + 0.1, words, ha="center", va="bottom", fontsize=14)
    elif words:
        ax.text(middle[0] + 0.08, middle[1], words, ha="left", va="center", fontsize=14)


def _finished(ax: Axes, across: tuple[float, float], up: tuple[float, float]) -> Figure:
    ax.set(xlim=across, ylim=up)
    ax.set_axis_off()
    return figure_of(ax)
