"""Pictures of decoding: one pass against a staircase of passes, and the tree in which a beam searches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from figures.style import COLOURS, figure_of, new_axes, styled

Point = tuple[float, float]
Beginning = tuple[str, ...]
Tree = Mapping[Beginning, Mapping[str, float]]
"""Beginning of a sentence → next token → its probability."""
Following = Callable[[Beginning], Mapping[str, float] | None]
"""The same as a function; None where nothing follows."""

_ARROW: Final = {"arrowstyle": "-|>", "linewidth": 1.6, "color": COLOURS["ink"], "shrinkA": 0, "shrinkB": 0}
END: Final = "EOS"
_COLUMN: Final = 3.1  # from token to token in the tree


@dataclass(frozen=True)
class Node:
    """A beginning that was looked at, its probability, its last token's, and whether the beam kept it."""

    beginning: Beginning
    total: float
    share: float
    kept: bool

    @property
    def ended(self) -> bool:
        """Whether the last token is the end of the sentence."""
        return self.beginning[-1:] == (END,)


@styled
def training_and_inference(tokens: Sequence[str]) -> Figure:
    """Draw the decoder's passes over ``tokens``: one in training, one for each token when translating."""
    if not tokens:
        raise ValueError("training_and_inference() was given no tokens")
    read, said = ("BOS", *tokens), (*tokens, END)
    count = len(said)
    ax = new_axes(2.05 * count + 2.0, 1.15 * count + 1.4)
    _pass(ax, 0.0, 0.0, read, said, range(count))
    ax.text((count - 1) / 2, 1.9, "training: one pass", ha="center", fontweight="bold")
    right = count + 1.4
    for step in range(count):
        level = -2.3 * step / 1.0 + 2.3 * (count - 1) / 2
        _pass(ax, right, level, read[: step + 1], said, (step,))
    ax.text(
        right + (count - 1) / 2,
        2.3 * (count - 1) / 2 + 1.9,
        f"translating: {count} passes, one after the other",
        ha="center",
        fontweight="bold",
    )
    half = 2.3 * (count - 1) / 2
    ax.set(xlim=(-1.0, right + count), ylim=(-half - 1.5, half + 2.4))
    ax.set_axis_off()
    return figure_of(ax)


def _pass(ax: Axes, x: float, y: float, read: Sequence[str], said: Sequence[str], new: Sequence[int]) -> None:
    """Draw one call of the decoder: what it reads below, what it newly says above."""
    width = len(read)
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.4, y - 0.22),
            width - 0.2,
            0.44,
            boxstyle="round,pad=0.06",
            facecolor="white",
            edgecolor=COLOURS["query"],
            linewidth=2.2,
        )
    )
    for place, word in enumerate(read):
        ax.annotate("", (x + place, y - 0.28), (x + place, y - 0.62), arrowprops=_ARROW)
        ax.text(x + place, y - 0.84, word, ha="center", va="center", fontsize=12)
        if place in new:
            ax.annotate("", (x + place, y + 0.64), (x + place, y + 0.28), arrowprops=_ARROW)
            colour = COLOURS["query"]
            ax.text(
                x + place, y + 0.86, said[place], ha="center", va="center", fontsize=12, color=colour, fontweight="bold"
            )


def searched(following: Following, beam_size: int, longest: int = 30) -> list[list[Node]]:
    """Return, token by token, every beginning that a beam looks at, for ``longest`` tokens at most.

    What has ended is not continued and keeps its place in the beam, so the search is over once all places are taken.
    """
    if beam_size < 1:
        raise ValueError(f"a beam holds at least one hypothesis; beam_size is {beam_size}")
    beam, places = [Node((), 1.0, 1.0, True)], beam_size
    levels: list[list[Node]] = []
    while beam and len(levels) < longest:
        looked_at = [
            (node.total * share, share, (*node.beginning, token))
            for node in beam
            for token, share in (following(node.beginning) or {}).items()
        ]
        if not looked_at:
            break
        best = sorted(looked_at, key=lambda one: -one[0])[:places]
        level = [Node(words, total, share, (total, share, words) in best) for total, share, words in looked_at]
        levels.append(level)
        kept = [node for node in level if node.kept]
        beam = [node for node in kept if not node.ended]
        places -= len(kept) - len(beam)
    return levels


@styled
def beam_tree(tree: Tree, beam_size: int) -> Figure:
    """Draw what a beam looks at from left to right; what it dropped is hatched, the best finished path is marked."""
    levels = searched(tree.get, beam_size)
    tallest = max(len(level) for level in levels)
    ax = new_axes(_COLUMN * (len(levels) + 1) * 0.95, max(3.2, 0.72 * tallest + 0.6))
    ended = [node for level in levels for node in level if node.kept and node.ended]
    best = max(ended, key=lambda node: node.total).beginning if ended else ()
    places: dict[Beginning, Point] = {(): (0.0, 0.0)}
    _node(ax, places[()], "BOS", "", COLOURS["query"], False)
    for depth, level in enumerate(levels, start=1):
        for row, node in enumerate(level):
            at = (_COLUMN * depth, (len(level) - 1) / 2 - row)
            places[node.beginning] = at
            on_best = node.beginning == best[:depth]
            parent = places[node.beginning[:-1]]
            ax.plot(
                [parent[0] + 1.05, at[0] - 1.05],
                [parent[1], at[1]],
                color=COLOURS["accent"] if on_best else COLOURS["ink" if node.kept else "masked"],
                linewidth=3.5 if on_best else 1.4,
                linestyle="-" if node.kept else ":",
                zorder=1,
            )
            colour = COLOURS["query" if node.kept else "masked"]
            word = f"{node.beginning[-1]}  {node.share:.2f}"
            _node(ax, at, word, f"{node.total:.3f}".rstrip("0"), colour, not node.kept)
    ax.set(xlim=(-1.2, _COLUMN * len(levels) + 1.2), ylim=(-tallest / 2 - 0.1, tallest / 2 + 0.1))
    ax.set_axis_off()
    return figure_of(ax)


def _node(ax: Axes, at: Point, word: str, total: str, colour: str, dropped: bool) -> None:
    x, y = at
    ax.add_patch(
        Rectangle(
            (x - 1.05, y - 0.36),
            2.1,
            0.72,
            facecolor="white" if dropped else COLOURS["allowed"],
            edgecolor=colour,
            linewidth=1.4 if dropped else 2.2,
            linestyle="--" if dropped else "-",
            zorder=2,
        )
    )
    ax.text(x, y + (0.13 if total else 0.0), word, ha="center", va="center", fontsize=12, zorder=3)
    if total:
        ax.text(x, y - 0.18, total, ha="center", va="center", fontsize=12, fontweight="bold", zorder=3)
