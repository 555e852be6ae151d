"""One frame of each explorer: from a setting to a picture and a sentence, to be drawn live or beforehand."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib
import numpy as np
from markupsafe import Markup
from matplotlib.image import imsave
from numpy.typing import NDArray

from figures.arrays import Array
from figures.attention import readable_on
from figures.drawing import Bars, Dot, Line, Scale, Shape, Words, svg
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
_TOP, _ROW, _BAR_WIDTH, _MAP_LEFT, _MAP_WIDTH = 30, 28, 150, 740, 320
_BAR: Final = COLOURS["key"]  # a weight is how much a key counts
_FAINTEST: Final = 0.02  # weights below get no ray: they would hardly show, and take most of the space
HEAD_STYLE: Final = Markup((Path(__file__).parent / "templates" / "head.css").read_text(encoding="utf-8"))
_WIDEST: Final = 60  # scores: two and a half standard deviations of the largest key size, unscaled


@dataclass(frozen=True)
class Frame:
    """A picture (SVG, or HTML tables) and the sentence that says what it shows."""

    picture: Markup
    sentence: str
    is_image: bool

    def html(self) -> Markup:
        """Return the frame as HTML for a page that has ``explorers.css``."""
        return render("frame.html.j2", picture=self.picture, sentence=self.sentence)

    def image(self) -> str | None:
        """Return the picture as a data URI, which survives where inline SVG does not; None for tables."""
        return data_uri("image/svg+xml", self.picture.encode()) if self.is_image else None


def render(template: str, **fields: Any) -> Markup:
    """Return one of the package's templates, filled in."""
    return Markup(TEMPLATES.get_template(template).render(**fields))


def data_uri(kind: str, content: bytes) -> str:
    """Return ``content`` of the MIME type ``kind`` as an address that needs no file."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def scores_frame(key_size: int, scaled: bool) -> Frame:
    """Return the picture of what one key size does to scores, softmax, entropy and gradient."""
    summary = score_summary(key_size, scaled)
    shapes = [
        *_histogram(summary, left=60, top=40),
        *_softmax_bars(summary, left=550, top=40),
        *_trend(summary, "entropy", "entropy of the weights, bits (mean)", 3.0, left=60, top=300),
        *_trend(summary, "gradient", "gradient norm ‖∂w/∂s‖ (mean)", 0.4, left=550, top=300),
    ]
    how = "divided by √d_k" if scaled else "not divided"
    sentence = (
        f"d_k = {key_size}, {how}: the scores have a standard deviation of {summary.spread:.1f}. In the row shown, the "
        f"softmax gives {summary.weights[0].max():.2f} to one key. On average the weights keep {summary.entropy:.2f} of "
        f"{np.log2(KEYS_A_ROW):.0f} bits of entropy, and the gradient through the softmax has the norm "
        f"{summary.gradient:.2f}."
    )
    return Frame(svg(960, 500, shapes, alt=sentence), sentence, is_image=True)


def mask_frame(queries: int, keys: int, causal: bool, padding: int, window: int) -> Frame:
    """Return the tables of mask, scores and weights for the restrictions of ``explorer_mask``."""
    scores = example_scores(queries, keys)
    mask = explorer_mask(queries, keys, causal, padding, window)
    weights = masked_softmax(scores, mask)
    tables = [
        _table("1 · scores", [[_number(score) for score in row] for row in scores]),
        _table("2 · mask: T = may attend", _mask_cells(mask)),
        _table("3 · masked scores", _masked_cells(scores, mask)),
        _table("4 · weights: softmax of each row", [[_weight(weight) for weight in row] for row in weights]),
    ]
    empty = [f"q{query}" for query in np.flatnonzero(~mask.any(axis=1))]
    sentence = f"{int(mask.sum())} of {mask.size} pairs may attend. " + (
        f"{', '.join(empty)} may attend to nothing: the weights are zeros, not NaN."
        if empty
        else "Every row of weights sums to 1, and what is masked gets exactly 0."
    )
    return Frame(render("tables.html.j2", tables=tables, keys=range(keys)), sentence, is_image=False)


def head_frame(tokens: Sequence[str], weights: Array, query: int, name: str) -> Frame:
    """Return the picture of one head, weights (T, T), in which ``query`` is chosen until another is pointed at."""
    height = head_height(len(tokens))
    middles = [_TOP + (index + 0.5) * _ROW for index in range(len(tokens))]
    queries = [
        {
            "text": _short(token),
            "top": _TOP + index * _ROW,
            "y": middles[index] + 6,
            "middle": middles[index],
            "chosen": index == query,
            "alt": _attends(tokens, weights, index),
            "rays": [_ray(weight, middles[key]) for key, weight in enumerate(weights[index]) if weight >= _FAINTEST],
        }
        for index, token in enumerate(tokens)
    ]
    entropy = float(entropy_bits(weights).mean())
    sentence = (
        f"{name}: {_attends(tokens, weights, query)} The rows of this head keep {entropy:.1f} of "
        f"{np.log2(len(tokens)):.1f} bits of entropy on average. Point at a query, or at a row, to see its weights; "
        f"those below {_FAINTEST} are left out."
    )
    picture = render(
        "head.svg.j2",
        style=HEAD_STYLE,
        colours=COLOURS,
        width=_MAP_LEFT + _MAP_WIDTH + 10,
        height=height,
        top=_TOP,
        row_height=_ROW,
        map_x=_MAP_LEFT,
        map_width=min(len(tokens) * _ROW, _MAP_WIDTH),
        map_height=len(tokens) * _ROW,
        map_image=_pixels(weights),
        tokens=[{"text": _short(token), "y": middle + 6} for token, middle in zip(tokens, middles, strict=True)],
        queries=queries,
        alt=sentence,
    )
    return Frame(picture, sentence, is_image=True)


def head_height(length: int) -> int:
    """Return the height of a head's picture of ``length`` tokens."""
    return _TOP + length * _ROW + 10


def _axes(title: str, left: float, top: float, across: Scale, ticks: Sequence[float], xlabel: str) -> list[Shape]:
    bottom = top + _PANEL_HEIGHT
    return [
        Words(left, top - 14, title, anchor="start", bold=True),
        Line([(left, bottom), (left + _PANEL_WIDTH, bottom)]),
        *(Words(across(tick), bottom + 20, _minus(f"{tick:g}"), size=14) for tick in ticks),
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
    shapes = _axes(title, left, top, across, KEY_SIZES[::2], "key size d_k")
    for value in (0, highest / 2, highest):
        shapes.append(Words(left - 6, up(value) + 5, f"{value:.1f}", anchor="end", size=14))
    for scaled, name, colour in ((True, "÷ √d_k", "ink"), (False, "not divided", "accent")):
        points = [(across(size), up(getattr(score_summary(size, scaled), field))) for size in KEY_SIZES]
        shapes.append(Line(points, colour=COLOURS[colour], width=3, dashed=not scaled))
        shapes.append(Words(points[-1][0] + 12, points[-1][1] + 5, name, anchor="start", size=15))
    return [*shapes, Dot(across(summary.key_size), up(getattr(summary, field)), 7, COLOURS["ink"])]


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _table(title: str, rows: list[list[dict[str, Any]]]) -> dict[str, Any]:
    return {"title": title, "rows": rows}


def _number(value: float) -> dict[str, Any]:
    return {"text": _minus(f"{value:.1f}"), "masked": False, "fill": None}


def _masked_cells(scores: Array, mask: NDArray[np.bool_]) -> list[list[dict[str, Any]]]:
    return [
        [_number(score) if allowed else _hidden("−∞") for score, allowed in zip(*rows, strict=True)]
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
    length = round(_BAR_WIDTH * weight)
    return {
        "middle": middle,
        "y": middle + 6,
        "length": length,
        "end": 536 + length,
        "width": round(1 + 11 * weight, 1),
        "text": f"{weight:.2f}",
    }


def _attends(tokens: Sequence[str], weights: Array, query: int) -> str:
    strongest = ", ".join(f"“{token}” {weight:.2f}" for token, weight in looks_at(weights, tokens, query))
    return f"“{tokens[query]}” attends most to {strongest}."


def _short(token: str, longest: int = 14) -> str:
    return token if len(token) <= longest else token[: longest - 1] + "…"


def _pixels(weights: Array) -> str:
    stream = io.BytesIO()
    imsave(stream, weights, cmap=AMOUNTS, vmin=0.0, vmax=max(float(weights.max()), 1e-12), format="png")
    return data_uri("image/png", stream.getvalue())
