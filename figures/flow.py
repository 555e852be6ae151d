"""The idea of attention in one picture, with real numbers."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.arrays import Array, as_array, as_labels
from figures.lettering import shortest, write_number
from figures.style import AMOUNTS, COLOURS, figure_of, new_axes, styled

_ARROW: Final = {"arrowstyle": "-|>", "linewidth": 2, "color": COLOURS["ink"]}


@styled
def attention_flow(
    query: Any, keys: Any, values: Any, key_labels: Sequence[str] | None = None, title: str = ""
) -> Figure:
    """Draw one query's attention with its real numbers: query · keys → scores → softmax → weighted sum of values.

    query: (D_k,); keys: (T, D_k); values: (T, D_v). The scores are divided by √D_k, as in Vaswani et al. (2017), eq. 1.
    """
    q = as_array(query, "D_k", "attention_flow(query=...)")
    k = as_array(keys, "T, D_k", "attention_flow(keys=...)")
    v = as_array(values, "T, D_v", "attention_flow(values=...)")
    if k.shape[1] != len(q) or len(v) != len(k):
        raise ValueError(
            "attention_flow() wants a query (D_k,), keys (T, D_k) and values (T, D_v) that share D_k and T; "
            f"it was given {q.shape}, {k.shape} and {v.shape}"
        )
    labels = as_labels(key_labels, len(k), "token ", "attention_flow(key_labels=...)")
    scores = k @ q / np.sqrt(len(q))
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return _draw_flow(q, k, v, scores, weights, labels, title)


def _draw_flow(
    q: Array, k: Array, v: Array, scores: Array, weights: Array, labels: Sequence[str], title: str
) -> Figure:
    count, width = k.shape
    score_at = width + 1.9
    weight_at = score_at + 2.6
    value_at = weight_at + 2.6
    right = value_at + v.shape[1]
    ax = new_axes(0.66 * (right + 3.2), 0.66 * (count + 4.4))
    _vector_row(ax, 0, -1.9, q, "query")
    for row in range(count):
        ax.text(-0.8, row, labels[row], ha="right", va="center")
        _vector_row(ax, 0, row, k[row], "key")
        _vector_row(ax, score_at, row, scores[row : row + 1], "ink")
        _weight_cell(ax, weight_at, row, weights[row])
        _vector_row(ax, value_at, row, v[row], "value")
    _vector_row(ax, value_at, count + 0.9, weights @ v, "output")
    _flow_words(ax, count, width, score_at, weight_at, value_at, v.shape[1])
    ax.set(xlim=(-3.2, right), ylim=(count + 1.7, -2.9), aspect="equal")
    ax.set_axis_off()
    ax.set_title(title)
    return figure_of(ax)


def _vector_row(ax: Axes, left: float, row: float, numbers: Array, role: str) -> None:
    for offset, number in enumerate(numbers):
        ax.add_patch(
            Rectangle((left + offset - 0.5, row - 0.5), 1, 1, facecolor="white", edgecolor=COLOURS[role], linewidth=2.5)
        )
        written = shortest(number)
        ax.text(left + offset, row, written, ha="center", va="center", fontsize=14 if len(written) < 5 else 12)


def _weight_cell(ax: Axes, left: float, row: float, weight: float) -> None:
    colour = matplotlib.colormaps[AMOUNTS](weight)
    ax.add_patch(Rectangle((left - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor=COLOURS["ink"], linewidth=1))
    write_number(ax, left, row, float(weight), colour)


def _flow_words(
    ax: Axes, count: int, width: int, score_at: float, weight_at: float, value_at: float, value_width: int
) -> None:
    _heading(ax, -0.8, -1.9, "query", "query", "right")
    _heading(ax, (width - 1) / 2, -0.9, "keys", "key")
    _heading(ax, score_at, -0.9, "scores", "ink")
    _heading(ax, weight_at, -0.9, "weights", "ink")
    _heading(ax, value_at + (value_width - 1) / 2, -0.9, "values", "value")
    _heading(ax, value_at - 0.8, count + 0.9, "output", "output", "right")
    middle = (count - 1) / 2
    _arrow(ax, width - 0.4, score_at - 0.6, middle, r"$q \cdot k\,/\sqrt{D_k}$")
    _arrow(ax, score_at + 0.6, weight_at - 0.6, middle, "softmax")
    _arrow(ax, weight_at + 0.6, value_at - 0.6, middle, "× values")
    below = value_at + (value_width - 1) / 2
    ax.annotate("", (below, count + 0.35), (below, count - 0.4), arrowprops=_ARROW)
    ax.text(below + 0.2, count - 0.05, "sum", va="center", fontsize=13)


def _heading(ax: Axes, x: float, y: float, text: str, role: str, side: Literal["center", "right"] = "center") -> None:
    ax.text(x, y, text, color=COLOURS[role], ha=side, va="center", fontweight="bold")


def _arrow(ax: Axes, left: float, right: float, row: float, label: str) -> None:
    ax.annotate("", (right, row), (left, row), arrowprops=_ARROW)
    ax.text((left + right) / 2, row - 0.2, label, ha="center", va="bottom", fontsize=13)
