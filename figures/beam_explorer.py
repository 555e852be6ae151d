"""An explorer that steps through a beam search: what is looked at, what survives, what has ended with which score."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import ipywidgets as widgets

from figures.decoding import Beginning, Following, Node, searched
from figures.drawing import Bars, Line, Shape, Words, svg
from figures.explorers import Explorer, Still
from figures.frames import Frame
from figures.lettering import plain
from figures.style import COLOURS

_COLUMNS: Final = 5  # steps in sight
_ROWS: Final = 7  # candidates of a step in sight, the likeliest
_COLUMN: Final = 188
_ROW: Final = 48
_BOX: Final = (130, 38)
_TOP: Final = 44
_LEFT: Final = 14
_WIDTH: Final = 960
_LISTED: Final = 5  # ended hypotheses below the tree
_WIDEST: Final = 5
_LONGEST: Final = 16  # tokens
_HEIGHT: Final = _TOP + _ROWS * _ROW + 44 + _LISTED * 24

Ask = Callable[[str], Following]
"""A question, such as a source → what may follow each beginning of its answer; ``ValueError`` for no question."""


def beam_explorer(ask: Ask, questions: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> Explorer:
    """Step through a beam search for one of ``questions`` or another; ``settings`` are shown where no kernel answers.

    settings: name → what differs from the first question, a beam of 2, the last step and no length penalty.
    """
    if not questions:
        raise ValueError("beam_explorer() was given no question to search an answer to")

    def draw(question: str, beam: int, step: int, penalty: float) -> Frame:
        try:
            following = ask(question)
        except ValueError as problem:
            return _refusal(question, problem)
        return beam_frame(searched(following, beam, _LONGEST), beam, step, penalty)

    usual: dict[str, Any] = {"question": questions[0], "beam": 2, "step": _LONGEST, "penalty": 0.0}
    controls = {
        "question": widgets.Combobox(
            value=questions[0], options=list(questions), description="source (Enter)", continuous_update=False
        ),
        "beam": widgets.IntSlider(value=2, min=1, max=_WIDEST, description="beam"),
        "step": widgets.IntSlider(value=1, min=1, max=_LONGEST, description="step"),
        "penalty": widgets.FloatSlider(value=0.0, min=0.0, max=1.5, step=0.25, description="length penalty α"),
    }
    frames = {name: draw(**{**usual, **setting}) for name, setting in settings.items()}
    return Explorer("A beam search, step by step", controls, draw, Still("Search:", frames, _HEIGHT + 250))


def beam_frame(levels: Sequence[Sequence[Node]], beam: int, step: int, penalty: float) -> Frame:
    """Return the picture of a search after ``step`` steps, or after its last where it is over by then."""
    done = list(levels[:step])
    over = step >= len(levels)
    ended = sorted((node for level in done for node in level if node.kept and node.ended), key=_by_score(penalty))
    running = [node for node in done[-1] if node.kept and not node.ended] if done else []
    competing = sorted([*ended, *running], key=_by_score(penalty)) if over else ended
    best = competing[0] if over and competing else None
    shapes = [*_tree(done, best.beginning if best else ()), *_list(competing, penalty, over)]
    sentence = _told(done, beam, running, best, penalty)
    return Frame(svg(_WIDTH, _HEIGHT, shapes, alt=sentence), sentence, is_image=True)


def score(node: Node, penalty: float) -> float:
    """Return a hypothesis's log-probability over its length, EOS counted, to the power of ``penalty``."""
    return _log(node.total) / float(len(node.beginning) ** penalty)


def _log(probability: float) -> float:
    return math.log(probability) if probability > 0 else -math.inf


def _by_score(penalty: float) -> Callable[[Node], float]:
    return lambda node: -score(node, penalty)


def _told(done: Sequence[Sequence[Node]], beam: int, running: Sequence[Node], best: Node | None, penalty: float) -> str:
    looked = f"Step {len(done)}, a beam of {beam}: {len(done[-1]) if done else 0} continuations looked at. "
    if best is None:
        alive = "; ".join(f"“{_text(node.beginning)}” {_share(node.total)}" for node in running)
        return f"{looked}Alive: {alive or 'nothing'}."
    kind = f"score {plain(score(best, penalty), 2)}" if penalty else f"probability {_share(best.total)}"
    total = sum(len(level) for level in done)
    found = f"Found: “{_text(best.beginning)}”, {kind}."
    return f"The search is over after {len(done)} steps and {total} continuations. {found}"


def _tree(done: Sequence[Sequence[Node]], best: Beginning) -> Iterator[Shape]:
    """Draw the last steps from left to right, the likeliest continuations of each above one another."""
    first = max(0, len(done) - _COLUMNS)
    places: dict[Beginning, tuple[float, float]] = {}
    for column, level in enumerate(done[first:]):
        x = _LEFT + column * _COLUMN
        shown = sorted(level, key=lambda node: -node.total)[:_ROWS]
        yield Words(x + _BOX[0] / 2, 22, f"step {first + column + 1}", bold=True, size=16)
        if len(level) > len(shown):
            yield Words(x + _BOX[0] / 2, _TOP + _ROWS * _ROW + 10, f"+ {len(level) - len(shown)} more", size=14)
        for row, node in enumerate(shown):
            y = _TOP + row * _ROW
            yield from _edge(node, places, x, y, best)
            yield from _box(node, x, y, node.beginning == best[: len(node.beginning)])
            places[node.beginning] = (x + _BOX[0], y + _BOX[1] / 2)


def _edge(
    node: Node, places: Mapping[Beginning, tuple[float, float]], x: float, y: float, best: Beginning
) -> Iterator[Shape]:
    parent = places.get(node.beginning[:-1])
    if parent is None:
        return
    on_best = node.beginning == best[: len(node.beginning)]
    colour = COLOURS["accent" if on_best else "ink" if node.kept else "masked"]
    width = 3.5 if on_best else 1.8 if node.kept else 1.0
    yield Line([parent, (x, y + _BOX[1] / 2)], colour, width, dashed=not node.kept)


def _box(node: Node, x: float, y: float, on_best: bool) -> Iterator[Shape]:
    width, height = _BOX
    if node.kept:
        yield Bars([(x, y, width, height)], COLOURS["allowed"])
    colour = COLOURS["accent" if on_best else "query" if node.kept else "masked"]
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    yield Line(corners, colour, 3.0 if on_best else 1.8, dashed=not node.kept)
    yield Words(x + 7, y + 17, node.beginning[-1], "start", 15, bold=node.kept)
    yield Words(x + width - 7, y + 17, _share(node.share), "end", 14)
    yield Words(x + width - 7, y + 33, f"in all {_share(node.total)}", "end", 13)


def _list(competing: Sequence[Node], penalty: float, over: bool) -> Iterator[Shape]:
    """Write down what has ended (at the end: all that compete), best first."""
    y = _TOP + _ROWS * _ROW + 40
    title = "at the end, best first" if over else "ended so far, best first"
    divisor = "" if penalty == 0 else f" / length^{penalty:g}"
    yield Words(_LEFT, y, f"{title}: ln p{divisor}", "start", 15, bold=True)
    if not competing:
        yield Words(_LEFT, y + 24, "nothing", "start", 15)
    for row, node in enumerate(competing[: _LISTED - 1], start=1):
        worked = plain(_log(node.total), 2)
        if penalty:
            worked += f" / {len(node.beginning)}^{penalty:g} = {plain(score(node, penalty), 2)}"
        first = over and row == 1
        colour = COLOURS["accent" if first else "ink"]
        yield Words(_LEFT, y + 24 * row, f"{worked}   {_text(node.beginning)}", "start", 15, bold=first, colour=colour)


def _text(beginning: Beginning) -> str:
    return " ".join(beginning) or "(nothing yet)"


def _share(probability: float) -> str:
    if probability >= 0.9995:
        return "1"
    return f"{probability:.3f}".lstrip("0") if probability >= 0.0005 else f"{probability:.0e}"


def _refusal(question: str, problem: ValueError) -> Frame:
    sentence = f"“{question}” can't be searched: {problem}"
    return Frame(svg(_WIDTH, 60, [Words(20, 36, sentence, "start")], sentence), sentence, is_image=True)
