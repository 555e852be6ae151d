"""Frames of the heads explorer: what each query of a sentence attends to in one head."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from markupsafe import Markup
from matplotlib.image import imsave

from figures.arrays import Array
from figures.frames import Frame
from figures.rendering import data_uri, render
from figures.softmax import entropy_bits
from figures.style import AMOUNTS, COLOURS

_TOP, _ROW, _BAR_WIDTH, _MAP_LEFT, _MAP_WIDTH = 30, 28, 150, 740, 320  # head.svg.j2 and head.css know these, too
_FAINTEST: Final = 0.02  # weights below get no ray: they would hardly show, and take most of the space
_STYLE: Final = Markup((Path(__file__).parent / "templates" / "head.css").read_text(encoding="utf-8"))


def head_frame(tokens: Sequence[str], weights: Array, query: int, name: str) -> Frame:
    """Return the picture of one head, weights (T, T), in which ``query`` is chosen until another is pointed at."""
    tokens = [_printable(token) for token in tokens]
    queries = [
        {
            "text": _short(token),
            "top": _TOP + index * _ROW,
            "chosen": index == query,
            "alt": _attends(tokens, weights, index),
            "rays": [_ray(w, (key - index) * _ROW) for key, w in enumerate(weights[index]) if w >= _FAINTEST],
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
        style=_STYLE,
        colours=COLOURS,
        width=_MAP_LEFT + _MAP_WIDTH + 10,
        height=head_height(len(tokens)),
        top=_TOP,
        map_width=min(len(tokens) * _ROW, _MAP_WIDTH),
        map_height=len(tokens) * _ROW,
        map_image=_pixels(weights),
        queries=queries,
        alt=sentence,
    )
    return Frame(picture, sentence, is_image=True)


def looks_at(weights: Array, tokens: Sequence[str], query: int, count: int = 3) -> list[tuple[str, float]]:
    """Return up to ``count`` keys that a query gives most weight to, strongest first, without those near zero.

    weights: (T_q, T_k).
    """
    order = np.argsort(-weights[query], kind="stable")[:count]
    return [(tokens[key], float(weights[query, key])) for key in order if weights[query, key] >= _FAINTEST]


def head_height(length: int) -> int:
    """Return the height of a head's picture of ``length`` tokens."""
    return _TOP + length * _ROW + 10


def _ray(weight: float, below: int) -> dict[str, Any]:
    """Return the ray, bar and number of a key so far below the query's row."""
    return {
        "y": below + _ROW // 2,
        "length": round(_BAR_WIDTH * weight),
        "width": round(1 + 11 * weight, 1),
        "text": f"{weight:.2f}",
    }


def _attends(tokens: Sequence[str], weights: Array, query: int) -> str:
    strongest = [f"“{token}” {weight:.2f}" for token, weight in looks_at(weights, tokens, query)]
    return f"“{tokens[query]}” attends most to {', '.join(strongest) or 'nothing in particular'}."


def _printable(token: str) -> str:
    """Return a token without the control characters that no XML, and so no drawing, may contain."""
    return "".join(character if character.isprintable() else "·" for character in token)


def _short(token: str, longest: int = 14) -> str:
    return token if len(token) <= longest else token[: longest - 1] + "…"


def _pixels(weights: Array) -> str:
    stream = io.BytesIO()
    imsave(stream, weights, cmap=AMOUNTS, vmin=0.0, vmax=max(float(weights.max()), 1e-12), format="png")
    return data_uri("image/png", stream.getvalue())
