"""Frames of the mask explorer: scores, mask, masked scores and weights as tables."""

from typing import Any

import matplotlib
import numpy as np
from numpy.typing import NDArray

from figures.arrays import Array
from figures.frames import Frame
from figures.lettering import plain, readable_on
from figures.rendering import render
from figures.softmax import masked_softmax
from figures.style import AMOUNTS, COLOURS


def explorer_mask(queries: int, keys: int, causal: bool, padding: int, window: int) -> NDArray[np.bool_]:
    """Return the (T_q, T_k) mask that allows what every chosen restriction allows; query i stands at position i.

    causal: only keys j ≤ i. padding: the last so many keys are padding. window: only |i − j| ≤ window.
    """
    i, j = np.ogrid[:queries, :keys]
    allowed = np.broadcast_to(j < keys - padding, (queries, keys))
    if causal:
        allowed = allowed & (j <= i)
    return np.asarray(allowed & (abs(i - j) <= window))


def example_scores(queries: int, keys: int) -> Array:
    """Return fixed scores (T_q, T_k); a smaller table is the corner of a larger one."""
    return np.random.default_rng(0).normal(scale=1.2, size=(16, 16))[:queries, :keys].round(1) + 0.0


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


def _table(title: str, rows: list[list[dict[str, Any]]]) -> dict[str, Any]:
    return {"title": title, "rows": rows}


def _number(value: float) -> dict[str, Any]:
    return {"text": plain(value, 1), "masked": False, "fill": None}


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
