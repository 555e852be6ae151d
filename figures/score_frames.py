"""Frames of the scores explorer: what the size of the keys does to scores, softmax, entropy and gradient."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from figures.drawing import Bars, Dot, Line, Scale, Shape, Words, svg
from figures.frames import Frame
from figures.lettering import plain
from figures.score_numbers import KEY_SIZES, KEYS_A_ROW, ScoreSummary, score_summary
from figures.style import COLOURS

_PANEL_WIDTH: Final = 380
_PANEL_HEIGHT: Final = 150
_BAR: Final = COLOURS["key"]  # a weight is how much a key counts
_WIDEST: Final = 60  # scores: two and a half standard deviations of the largest key size, unscaled


def scores_frame(key_size: int, scaled: bool) -> Frame:
    """Return the picture of what one key size does to scores, softmax, entropy and gradient."""
    summary = score_summary(key_size, scaled)
    shapes = [
        *_histogram(summary, left=60, top=40),
        *_softmax_bars(summary, left=550, top=40),
        *_trend(summary, "entropy", "entropy of the weights, bits (mean)", 3.0, left=60, top=300),
        *_trend(summary, "gradient", "gradient norm ‖∂p/∂s‖ (mean)", 0.4, left=550, top=300),
    ]
    how = "divided by √D_k" if scaled else "not divided"
    sentence = (
        f"D_k = {key_size}, {how}: the scores have a standard deviation of {summary.spread:.1f}. In the row shown, "
        f"the softmax gives {summary.weights[0].max():.2f} to one key. On average the weights keep "
        f"{summary.entropy:.2f} of {np.log2(KEYS_A_ROW):.0f} bits of entropy, and the gradient through the softmax has "
        f"the norm {summary.gradient:.2f}."
    )
    return Frame(svg(960, 500, shapes, alt=sentence), sentence, is_image=True)


def _axes(title: str, left: float, top: float, across: Scale, ticks: Sequence[float], xlabel: str) -> list[Shape]:
    bottom = top + _PANEL_HEIGHT
    return [
        Words(left, top - 14, title, anchor="start", bold=True),
        Line([(left, bottom), (left + _PANEL_WIDTH, bottom)]),
        *(Words(across(tick), bottom + 20, plain(tick, 0), size=14) for tick in ticks),
        Words(left + _PANEL_WIDTH / 2, bottom + 42, xlabel, size=15),
    ]


def _histogram(summary: ScoreSummary, left: float, top: float) -> list[Shape]:
    across = Scale(-_WIDEST, _WIDEST, left, left + _PANEL_WIDTH)
    edges = np.linspace(-4 * summary.spread, 4 * summary.spread, 42)
    counts = np.histogram(summary.scores, edges)[0]
    up = Scale(0, float(counts.max()), top + _PANEL_HEIGHT, top)
    bars = [
        (across(low), up(count), max(across(high) - across(low), 0.5), up(0) - up(count))
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count and abs(low) < _WIDEST and abs(high) < _WIDEST
    ]
    return [
        *_axes(f"scores: standard deviation {summary.spread:.1f}", left, top, across, range(-60, 61, 20), "score q·k"),
        Bars(bars, COLOURS["masked"]),
    ]


def _softmax_bars(summary: ScoreSummary, left: float, top: float) -> list[Shape]:
    across = Scale(-0.5, KEYS_A_ROW - 0.5, left, left + _PANEL_WIDTH)
    up = Scale(0, 1, top + _PANEL_HEIGHT, top + 12)
    weights = summary.weights[0]
    return [
        *_axes("softmax of one row: weight of each key", left, top, across, range(KEYS_A_ROW), "key"),
        Bars([(across(key) - 16, up(weight), 32, up(0) - up(weight)) for key, weight in enumerate(weights)], _BAR),
        *(Words(across(key), up(weight) - 4, f"{weight:.2f}", size=14) for key, weight in enumerate(weights)),
    ]


def _trend(summary: ScoreSummary, field: str, title: str, highest: float, left: float, top: float) -> list[Shape]:
    across = Scale(KEY_SIZES[0], KEY_SIZES[-1], left + 20, left + _PANEL_WIDTH - 95, log=True)
    up = Scale(0, highest, top + _PANEL_HEIGHT, top)
    shapes = _axes(title, left, top, across, KEY_SIZES[::2], "D_k, features of a key")
    for value in (0, highest / 2, highest):
        shapes.append(Words(left - 6, up(value) + 5, f"{value:.1f}", anchor="end", size=14))
    for scaled, name, colour in ((True, "÷ √D_k", "ink"), (False, "not divided", "accent")):
        points = [(across(size), up(getattr(score_summary(size, scaled), field))) for size in KEY_SIZES]
        shapes.append(Line(points, colour=COLOURS[colour], width=3, dashed=not scaled))
        shapes.append(Words(points[-1][0] + 12, points[-1][1] + 5, name, anchor="start", size=15))
    return [*shapes, Dot(across(summary.key_size), up(getattr(summary, field)), 7, COLOURS["ink"])]
