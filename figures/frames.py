"""One frame of each explorer: from a setting to HTML, without widgets, so that it can be drawn live or beforehand."""

import base64
import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib
import numpy as np
from markupsafe import Markup
from matplotlib.image import imsave
from numpy.typing import NDArray

from figures.arrays import Array
from figures.attention import readable_on
from figures.drawing import Box, Dot, Line, Scale, Shape, Words, svg
from figures.explorer_numbers import (
    KEY_SIZES,
    KEYS_A_ROW,
    ScoreSummary,
    entropy_bits,
    example_scores,
    explorer_mask,
    looks_at,
    masked_softmax,
    score_summary,
)
from figures.style import AMOUNTS, COLOURS, TEMPLATES

_PANEL_WIDTH: Final = 380
_PANEL_HEIGHT: Final = 150
_WIDEST: Final = 60  # scores: two and a half standard deviations of the largest key size, unscaled


def scores_frame(key_size: int, scaled: bool) -> Markup:
    """Return the picture of what one key size does to scores, softmax, entropy and gradient."""
    summary = score_summary(key_size, scaled)
    shapes = [
        *_histogram(summary, left=60, top=40),
        *_softmax_bars(summary, left=550, top=40),
        *_trend(summary, "entropy", "mean entropy of the weights, bits", np.log2(KEYS_A_ROW), left=60, top=300),
        *_trend(summary, "gradient", "mean gradient norm ‖∂w/∂s‖", 0.6, left=550, top=300),
    ]
    how = "divided by √d_k" if scaled else "not divided"
    largest = float(summary.weights[0].max())
    sentence = (
        f"d_k = {key_size}, {how}: the scores have the standard deviation {summary.spread:.1f}. In this row the softmax "
        f"gives {largest:.2f} of its weight to one key. On average the weights keep {summary.entropy:.2f} of "
        f"{np.log2(KEYS_A_ROW):.0f} bits of entropy, and the gradient through the softmax has the norm "
        f"{summary.gradient:.2f}."
    )
    return _render("scores.html.j2", drawing=svg(960, 500, shapes, alt=sentence), sentence=sentence)


def mask_frame(queries: int, keys: int, causal: bool, padding: int, window: int) -> Markup:
    """Return the tables of mask, scores and weights for the restrictions of ``explorer_mask``."""
    scores = example_scores(queries, keys)
    mask = explorer_mask(queries, keys, causal, padding, window)
    weights = masked_softmax(scores, mask)
    tables = [
        ("1 · scores", [[_number(score, 1) for score in row] for row in scores]),
        ("2 · mask: True = may attend", _mask_cells(mask)),
        ("3 · masked scores", _masked_cells(scores, mask)),
        ("4 · weights = softmax of each row", [[_weight(weight) for weight in row] for row in weights]),
    ]
    empty = [f"q{query}" for query in np.flatnonzero(~mask.any(axis=1))]
    sentence = f"{int(mask.sum())} of {mask.size} pairs may attend. " + (
        f"{', '.join(empty)} may attend to nothing: the weights are zeros, not NaN."
        if empty
        else "Every row of weights sums to 1, and what is masked gets exactly 0."
    )
    return _render("masks.html.j2", tables=tables, keys=range(keys), sentence=sentence)


def head_frame(tokens: Sequence[str], weights: Array, query: int, title: str) -> Markup:
    """Return the picture of one head, weights (T, T), in which ``query`` is chosen until another is pointed at."""
    row_height, top, map_x = 28, 30, 760
    side = len(tokens) * row_height
    middles = [top + (index + 0.5) * row_height for index in range(len(tokens))]
    queries = [
        {
            "text": _short(token),
            "top": top + index * row_height,
            "y": middles[index] + 6,
            "middle": middles[index],
            "chosen": index == query,
            "alt": _sentence(tokens, weights, index),
            "rays": [_ray(weight, middles[key]) for key, weight in enumerate(weights[index]) if weight >= 0.005],
        }
        for index, token in enumerate(tokens)
    ]
    entropy = float(entropy_bits(weights).mean())
    return _render(
        "heads.html.j2",
        title=title,
        width=map_x + min(side, 320) + 10,
        height=top + side + 10,
        top=top,
        row_height=row_height,
        map_x=map_x,
        map_width=min(side, 320),
        map_height=side,
        map_image=_pixels(weights),
        tokens=[{"text": _short(token), "y": middle + 6} for token, middle in zip(tokens, middles, strict=True)],
        queries=queries,
        alt=f"{title}. Point at a query to see what it attends to.",
        sentence=f"{_sentence(tokens, weights, query)} Mean entropy of this head's rows: {entropy:.1f} of "
        f"{np.log2(len(tokens)):.1f} bits.",
    )


def _render(template: str, **fields: Any) -> Markup:
    return Markup(TEMPLATES.get_template(template).render(colours=COLOURS, **fields))


def _axes(title: str, left: float, top: float, across: Scale, ticks: Sequence[float], xlabel: str) -> list[Shape]:
    bottom = top + _PANEL_HEIGHT
    return [
        Words(left, top - 14, title, anchor="start", bold=True),
        Line([(left, bottom), (left + _PANEL_WIDTH, bottom)]),
        *(Words(across(tick), bottom + 20, f"{tick:g}", size=14) for tick in ticks),
        Words(left + _PANEL_WIDTH / 2, bottom + 42, xlabel, size=15),
    ]


def _histogram(summary: ScoreSummary, left: float, top: float) -> list[Shape]:
    across = Scale(-_WIDEST, _WIDEST, left, left + _PANEL_WIDTH)
    edges = np.linspace(-4 * summary.spread, 4 * summary.spread, 42)
    counts = np.histogram(summary.scores, edges)[0]
    up = Scale(0, float(counts.max()), top + _PANEL_HEIGHT, top)
    bars = [
        Box(across(low), up(count), max(across(high) - across(low), 0.5), up(0) - up(count), COLOURS["query"])
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count and abs(low) < _WIDEST and abs(high) < _WIDEST
    ]
    return [
        *_axes("scores: how far they spread", left, top, across, (-60, -40, -20, 0, 20, 40, 60), "score"),
        *bars,
        Words(left + _PANEL_WIDTH, top + 16, f"standard deviation {summary.spread:.1f}", anchor="end", size=15),
    ]


def _softmax_bars(summary: ScoreSummary, left: float, top: float) -> list[Shape]:
    across = Scale(-0.5, KEYS_A_ROW - 0.5, left, left + _PANEL_WIDTH)
    up = Scale(0, 1, top + _PANEL_HEIGHT, top + 12)
    shapes = _axes("softmax of one row", left, top, across, range(KEYS_A_ROW), "key")
    for key, weight in enumerate(summary.weights[0]):
        shapes.append(Box(across(key) - 16, up(weight), 32, up(0) - up(weight), COLOURS["key"]))
        shapes.append(Words(across(key), up(weight) - 4, f"{weight:.2f}", size=14))
    return shapes


def _trend(summary: ScoreSummary, field: str, title: str, highest: float, left: float, top: float) -> list[Shape]:
    across = Scale(KEY_SIZES[0], KEY_SIZES[-1], left + 20, left + _PANEL_WIDTH - 95, log=True)
    up = Scale(0, highest, top + _PANEL_HEIGHT, top)
    shapes = _axes(title, left, top, across, KEY_SIZES[::2] + KEY_SIZES[-1:], "key size d_k")
    for value in (0, highest / 2, highest):
        shapes.append(Words(left - 6, up(value) + 5, f"{value:.1f}", anchor="end", size=14))
    for scaled, name, colour in ((True, "÷ √d_k", "value"), (False, "not divided", "output")):
        points = [(across(size), up(getattr(score_summary(size, scaled), field))) for size in KEY_SIZES]
        shapes.append(Line(points, colour=COLOURS[colour], width=3, dashed=not scaled))
        shapes.append(Words(points[-1][0] + 12, points[-1][1] + 5, name, anchor="start", size=15))
    return [*shapes, Dot(across(summary.key_size), up(getattr(summary, field)), 7, COLOURS["ink"])]


def _number(value: float, digits: int) -> dict[str, Any]:
    return {"text": f"{value:.{digits}f}".replace("-", "−"), "masked": False, "fill": None}


def _masked_cells(scores: Array, mask: NDArray[np.bool_]) -> list[list[dict[str, Any]]]:
    return [
        [_number(score, 1) if allowed else _hidden("−∞") for score, allowed in zip(*rows, strict=True)]
        for rows in zip(scores, mask, strict=True)
    ]


def _mask_cells(mask: NDArray[np.bool_]) -> list[list[dict[str, Any]]]:
    true = {"text": "T", "masked": False, "fill": COLOURS["allowed"], "ink": COLOURS["ink"]}
    return [[true if allowed else _hidden("F") for allowed in row] for row in mask]


def _hidden(text: str) -> dict[str, Any]:
    return {"text": text, "masked": True, "fill": None}


def _weight(weight: float) -> dict[str, Any]:
    colour = matplotlib.colormaps[AMOUNTS](weight)
    fill = matplotlib.colors.to_hex(colour)
    return {"text": f"{weight:.2f}", "masked": False, "fill": fill, "ink": readable_on(colour)}


def _ray(weight: float, middle: float) -> dict[str, Any]:
    length = 160 * weight
    return {
        "middle": middle,
        "y": middle + 6,
        "length": round(length, 1),
        "end": round(536 + length),
        "width": round(1 + 11 * weight, 1),
        "text": f"{weight:.2f}",
    }


def _sentence(tokens: Sequence[str], weights: Array, query: int) -> str:
    strongest = ", ".join(f"“{token}” {weight:.2f}" for token, weight in looks_at(weights, tokens, query))
    return f"“{tokens[query]}” attends most to {strongest}."


def _short(token: str, longest: int = 14) -> str:
    return token if len(token) <= longest else token[: longest - 1] + "…"


def _pixels(weights: Array) -> str:
    stream = io.BytesIO()
    imsave(stream, weights, cmap=AMOUNTS, vmin=0.0, vmax=max(float(weights.max()), 1e-12), format="png")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
