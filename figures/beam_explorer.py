"""The tree in which a beam searches, step by step: what it looks at, what it drops, and what is found at the end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets as widgets

from figures.decoding import Beginning, Node, Tree, searched
from figures.drawing import Bars, Line, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.lettering import plain
from figures.style import COLOURS

_END: Final = "EOS"
_WIDE: Final = 150  # pixels of a node
_HIGH: Final = 44
_COLUMN: Final = 225  # from node to node
_ROW: Final = 56
_MARGIN: Final = 20

Point = tuple[float, float]


@dataclass(frozen=True)
class Found:
    """A hypothesis that competes, and its score: log probabilities added and divided by length ** penalty."""

    node: Node
    score: float

    @property
    def words(self) -> str:
        return " ".join(self.node.beginning)


def found(levels: Sequence[Sequence[Node]], penalty: float) -> list[Found]:
    """Return the hypotheses of a search that have ended, the best first; those still open if none has."""
    kept = [node for level in levels for node in level if node.kept]
    ended = [node for node in kept if node.beginning[-1] == _END]
    still_open = [node for node in levels[-1] if node.kept] if levels else []
    competing = [Found(node, math.log(node.total) / len(node.beginning) ** penalty) for node in ended or still_open]
    return sorted(competing, key=lambda one: -one.score)


def beam_frame(tree: Tree, beam_size: int, steps: int, penalty: float) -> Frame:
    """Return what a beam of ``beam_size`` has looked at after so many steps, and what it would answer."""
    every = searched(tree, beam_size)
    levels = every[: max(1, steps)]
    best = found(levels, penalty)
    tallest = max(len(level) for level in every)
    width, height = _COLUMN * len(every) + _WIDE + 2 * _MARGIN, _ROW * tallest + 2 * _MARGIN
    places = _places(levels, height)
    answer = best[0].node.beginning
    shapes: list[Shape] = [shape for level in levels for node in level for shape in _edge(node, places, answer)]
    shapes += _box(places[()], "BOS", "", kept=True)
    for level in levels:
        for node in level:
            word = f"{node.beginning[-1]}  {node.share:.2f}"
            shapes += _box(places[node.beginning], word, f"{node.total:.3f}", kept=node.kept)
    sentence = _sentence(levels, best, beam_size, penalty, over=len(levels) == len(every))
    return Frame(svg(width, height, shapes, alt=sentence), sentence, is_image=True)


def beam_explorer(tree: Tree, largest: int = 4) -> Explorer:
    """Explore beam search in a tree of next-token probabilities: its width, step by step, and the length penalty.

    tree: beginning of a sentence, a tuple of tokens → next token → its probability. largest: the widest beam.
    """
    deepest = max(len(searched(tree, size)) for size in range(1, largest + 1))
    controls = {
        "beam_size": widgets.IntSlider(value=1, min=1, max=largest, description="beam size K"),
        "steps": widgets.IntSlider(value=deepest, min=1, max=deepest, description="steps"),
        "penalty": widgets.FloatSlider(value=0.0, min=0.0, max=2.0, step=0.1, description="length penalty α"),
    }

    def draw(beam_size: int, steps: int, penalty: float) -> Frame:
        return beam_frame(tree, beam_size, steps, penalty)

    settings = [(1, deepest), *((2, steps) for steps in range(1, deepest + 1)), (largest, deepest)]
    frames = {
        f"K = {size}, {steps} step{'s' if steps > 1 else ''}": draw(size, steps, 0.0)
        for size, steps in dict.fromkeys(settings)
    }
    tallest = max(len(level) for level in searched(tree, largest))
    return Explorer("What a beam looks at", controls, draw, Still("Beam:", frames, height=_ROW * tallest + 290))


def _places(levels: Sequence[Sequence[Node]], height: float) -> dict[Beginning, Point]:
    """Return the middle of each node's left edge, the levels from left to right."""
    places: dict[Beginning, Point] = {(): (_MARGIN, height / 2)}
    for depth, level in enumerate(levels, start=1):
        for row, node in enumerate(level):
            places[node.beginning] = (_MARGIN + _COLUMN * depth, height / 2 + (row - (len(level) - 1) / 2) * _ROW)
    return places


def _edge(node: Node, places: dict[Beginning, Point], answer: Beginning) -> list[Shape]:
    start, end = places[node.beginning[:-1]], places[node.beginning]
    on_answer = answer[: len(node.beginning)] == node.beginning
    colour = COLOURS["accent" if on_answer else "ink" if node.kept else "masked"]
    return [Line([(start[0] + _WIDE, start[1]), end], colour, 4 if on_answer else 1.5, dashed=not node.kept)]


def _box(place: Point, word: str, total: str, *, kept: bool) -> list[Shape]:
    (left, middle), top = place, place[1] - _HIGH / 2
    corners = [(left, top), (left + _WIDE, top), (left + _WIDE, top + _HIGH), (left, top + _HIGH), (left, top)]
    shapes: list[Shape] = [
        Bars([(left, top, _WIDE, _HIGH)], COLOURS["allowed"] if kept else "#FFFFFF"),
        Line(corners, COLOURS["query" if kept else "masked"], 2.5 if kept else 1.5, dashed=not kept),
        Words(left + _WIDE / 2, middle + (-3 if total else 6), word, size=16),
    ]
    if total:
        shapes.append(Words(left + _WIDE / 2, middle + 16, total, size=15, bold=True))
    return shapes


def _sentence(
    levels: Sequence[Sequence[Node]], best: Sequence[Found], beam_size: int, penalty: float, *, over: bool
) -> str:
    looked_at = sum(len(level) for level in levels)
    dropped = sum(not node.kept for level in levels for node in level)
    when = "At the end" if over else f"After {len(levels)} step{'s' if len(levels) > 1 else ''}"
    first = best[0]
    answer = "It has found" if first.node.beginning[-1] == _END else "Its best beginning is"
    told = (
        f"{when}, a beam of {beam_size} has looked at {looked_at} beginnings and dropped {dropped} (dashed). "
        f"{answer} “{first.words}” (red), probability {first.node.total:.3f}, score {plain(first.score, 3)}"
    )
    if penalty:
        told += f" (ln {first.node.total:.3f} divided by {len(first.node.beginning)}^{penalty:.1f})"
    others = ", ".join(f"“{one.words}” {plain(one.score, 3)}" for one in best[1:3])
    return f"{told}. Behind it: {others}." if others else f"{told}."
