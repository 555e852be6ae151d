"""Pictures of pretraining: what BERT is given and asked, which tokens are hidden how, and losses while they fall."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from figures.rendering import data_uri, render
from figures.style import COLOURS, figure_of, new_axes, styled

FATES: Final[Mapping[str, Mapping[str, Any]]] = {
    "left alone, not scored": {"facecolor": "white", "edgecolor": COLOURS["faint"]},
    "becomes [MASK]": {"facecolor": COLOURS["faint"], "edgecolor": COLOURS["masked"], "hatch": "////"},
    "becomes a random token": {"facecolor": "#F9D5CE", "edgecolor": COLOURS["accent"]},
    "stays, but is scored": {"facecolor": COLOURS["allowed"], "edgecolor": COLOURS["query"]},
}
"""What can happen to a token, in the order of their numbers, 0 to 3."""

_ARROW: Final = {"arrowstyle": "-|>", "linewidth": 1.6, "color": COLOURS["ink"], "shrinkA": 0, "shrinkB": 0}
_ROWS: Final = (("token", "query"), ("segment", "key"), ("position", "value"))


@styled
def questions(tokens: Sequence[str], segments: Sequence[int], answers: Mapping[int, str]) -> Figure:
    """Draw a packed pair on its way through BERT: three embeddings below, the encoder, and above it what is asked.

    answers: position → what has to be answered there.
    """
    ax = new_axes(1.06 * len(tokens) + 1.4, 5.6)
    for place, (token, segment) in enumerate(zip(tokens, segments, strict=True)):
        names = (token, "AB"[segment], str(place))
        for row, (name, (_, colour)) in enumerate(zip(names, _ROWS, strict=True)):
            _box(ax, place, -row, name, colour, bold=row == 0)
        ax.annotate("", (place, 1.25), (place, 0.35), arrowprops=_ARROW)
    for row, (name, colour) in enumerate(_ROWS):
        ax.text(-0.75, -row, name if row == 0 else f"+ {name}", ha="right", va="center", color=COLOURS[colour])
    ax.add_patch(
        FancyBboxPatch(
            (-0.35, 1.35), len(tokens) - 0.3, 1.0, boxstyle="round,pad=0.06", facecolor="white", edgecolor="black"
        )
    )
    middle = (len(tokens) - 1) / 2
    ax.text(middle, 1.85, "encoder: every position sees every other, on both sides", ha="center", va="center")
    for place, answer in answers.items():
        ax.annotate("", (place, 3.1), (place, 2.45), arrowprops=_ARROW)
        ax.text(place, 3.2, answer, ha="center", va="bottom", fontweight="bold", color=COLOURS["accent"])
    ax.set(xlim=(-2.4, len(tokens) - 0.2), ylim=(-2.5, 4.4))
    ax.set_axis_off()
    return figure_of(ax)


def _box(ax: Axes, x: float, y: float, text: str, colour: str, bold: bool) -> None:
    ax.add_patch(Rectangle((x - 0.46, y - 0.34), 0.92, 0.68, facecolor="white", edgecolor=COLOURS[colour], linewidth=2))
    weight = "bold" if bold else "normal"
    ax.text(x, y, text, ha="center", va="center", fontsize=11, fontweight=weight, family="DejaVu Sans Mono")


@styled
def fates(rows: Sequence[Sequence[str]], kinds: Sequence[Sequence[int]]) -> Figure:
    """Draw sequences of tokens as boxes, coloured and hatched by what happens to each of them.

    kinds: a number for each token, its place in ``FATES``.
    """
    longest = max(len(row) for row in rows)
    ax = new_axes(11.5, 0.55 * len(rows) + 1.2)
    for y, (tokens, numbers) in enumerate(zip(rows, kinds, strict=True)):
        for x, (token, number) in enumerate(zip(tokens, numbers, strict=True)):
            look = list(FATES.values())[number]
            ax.add_patch(Rectangle((x + 0.04, -y - 0.4), 0.92, 0.8, linewidth=1.2, **look))
            label = token if len(token) <= 8 else f"{token[:7]}…"
            ax.text(x + 0.5, -y, label, ha="center", va="center", fontsize=7.5, family="DejaVu Sans Mono")
    handles = [Rectangle((0, 0), 1, 1, **look) for look in FATES.values()]
    ax.legend(handles, FATES, ncol=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=12, handlelength=1.2)
    ax.set(xlim=(0, longest), ylim=(-len(rows) + 0.4, 0.6))
    ax.set_axis_off()
    return figure_of(ax)


@styled
def two_tasks(figures: Mapping[str, Sequence[float]], steps: Sequence[float], baseline: float) -> Figure:
    """Draw losses (left) and accuracies (right) of both pretraining tasks against steps.

    figures: ``masked_loss``, ``masked_accuracy``, ``next_loss``, ``next_accuracy`` → a value for each of ``steps``.
    baseline: loss of guessing words by their frequency.
    """
    figure = Figure(figsize=(11, 4), layout="constrained")
    losses, shares = figure.subplots(1, 2)
    for ax, what, guess in ((losses, "loss", {"masked": baseline, "next": np.log(2)}), (shares, "accuracy", {})):
        for task, colour, marker, name in (
            ("masked", "query", "o", "masked tokens"),
            ("next", "key", "s", "next sentence"),
        ):
            values = figures[f"{task}_{what}"]
            ax.plot(steps, values, color=COLOURS[colour], marker=marker, markevery=max(1, len(steps) // 8), label=name)
            if task in guess:
                ax.axhline(guess[task], color=COLOURS[colour], linestyle=":", linewidth=1.5)
        ax.set_xlabel("training step")
        ax.grid(axis="y")
    losses.set_ylabel("loss (nats)")
    losses.set_ylim(bottom=0)
    shares.set_ylabel("share right")
    shares.set_ylim(0, 1)
    losses.legend(loc="upper right", fontsize=12)
    return figure


class LiveFigure:
    """A place in a notebook whose figure is replaced while something runs; the last one stays."""

    def __init__(self, caption: str, alt: str) -> None:
        self._words = {"caption": caption, "alt": alt}
        self._handle = display({"text/plain": "[figure to come]"}, raw=True, display_id=True)

    def update(self, figure: Figure) -> None:
        """Show another figure in the same place."""
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=96)
        width = round(96 * figure.get_size_inches()[0])
        page = render("figure.html.j2", source=data_uri("image/png", stream.getvalue()), width=width, **self._words)
        plain = f"[figure] {self._words['alt']}\n{self._words['caption']}"
        self._handle.update({"text/html": str(page), "text/plain": plain}, raw=True)
