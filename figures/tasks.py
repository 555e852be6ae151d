"""Pictures of fine-tuning: what each task's head reads of one body; the table of sums in which a span is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from figures.arrays import as_array, as_labels
from figures.style import COLOURS, figure_of, new_axes, styled

_ARROW: Final = {"arrowstyle": "-|>", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}


@dataclass(frozen=True)
class Task:
    """A task: its name, its tokens, and what is asked at which of them (position → answer)."""

    name: str
    tokens: tuple[str, ...]
    answers: dict[int, str]


TASKS: Final = (
    Task("sentence", ("[CLS]", "Add", "a", "writer", "[SEP]"), {0: "asyncio"}),
    Task("pair", ("[CLS]", "It", "rains", "[SEP]", "It’s", "wet", "[SEP]"), {0: "follows"}),
    Task("tags", ("[CLS]", "Ada", "Lovelace", "wrote", "[SEP]"), {1: "B-PER", 2: "I-PER", 3: "O"}),
    Task("span", ("[CLS]", "Who", "?", "[SEP]", "Ada", "Lovelace", "wrote", "[SEP]"), {4: "start", 5: "end"}),
)


@styled
def four_tasks() -> Figure:
    """Draw the same body four times, with the positions that each task's head reads."""
    figure = Figure(figsize=(12.5, 5.6), layout="constrained")
    for ax, task in zip(figure.subplots(2, 2).flat, TASKS, strict=True):
        _draw_task(ax, task)
    return figure


def _draw_task(ax: Axes, task: Task) -> None:
    count = len(task.tokens)
    for place, token in enumerate(task.tokens):
        colour = COLOURS["masked"] if token.startswith("[") else COLOURS["query"]
        ax.add_patch(Rectangle((place - 0.46, -0.3), 0.92, 0.6, facecolor="white", edgecolor=colour, linewidth=2))
        ax.text(place, 0, token, ha="center", va="center", fontsize=_token_size(token), family="DejaVu Sans Mono")
        ax.annotate("", (place, 0.85), (place, 0.32), arrowprops={**_ARROW, "color": COLOURS["masked"]})
    body = FancyBboxPatch(
        (-0.4, 0.95), count - 0.2, 0.6, boxstyle="round,pad=0.05", facecolor=COLOURS["allowed"], edgecolor="black"
    )
    ax.add_patch(body)
    ax.text((count - 1) / 2, 1.25, "the same pretrained body", ha="center", va="center", fontsize=12)
    for place, answer in task.answers.items():
        ax.annotate("", (place, 2.2), (place, 1.65), arrowprops={**_ARROW, "color": COLOURS["accent"]})
        ax.text(place, 2.28, answer, ha="center", va="bottom", fontweight="bold", color=COLOURS["accent"], fontsize=12)
    ax.set_title(task.name, loc="left", fontsize=14, fontweight="bold")
    ax.set(xlim=(-0.7, 7.7), ylim=(-0.4, 2.8))
    ax.set_axis_off()


def _token_size(token: str) -> float:
    """The size at which a token's letters stay inside its box, in points."""
    return min(10.5, 70 / len(token))


@styled
def span_table(start_logits: Any, end_logits: Any, legal: Any, best: tuple[int, int], tokens: Sequence[str]) -> Figure:
    """Draw the sums of start (rows) and end logits (columns): illegal ones hatched, the best legal one framed.

    start_logits, end_logits: (T,); legal: (T, T) of truth values.
    """
    starts, ends = (as_array(x, "T", "span_table()") for x in (start_logits, end_logits))
    allowed = np.asarray(legal, dtype=bool)
    labels = as_labels(tokens, len(starts), "t", "span_table(tokens=...)")
    sums = starts[:, None] + ends
    ax = new_axes(0.95 * len(ends) + 2.4, 0.72 * len(starts) + 1.4)
    for (row, column), value in np.ndenumerate(sums):
        legal_here = bool(allowed[row, column])
        look: dict[str, Any] = (
            {"facecolor": COLOURS["allowed"]} if legal_here else {"facecolor": "white", "hatch": "////"}
        )
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, edgecolor=COLOURS["faint"], **look))
        if legal_here:
            ax.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=11)
    frame = Rectangle((best[1] - 0.5, best[0] - 0.5), 1, 1, fill=False, edgecolor=COLOURS["accent"], linewidth=3.5)
    ax.add_patch(frame)
    ax.set(xlim=(-0.5, len(ends) - 0.5), ylim=(len(starts) - 0.5, -0.5), xlabel="end", ylabel="start")
    ax.set_xticks(range(len(ends)), labels, rotation=45, ha="right")
    ax.set_yticks(range(len(starts)), labels)
    return figure_of(ax)
