"""The numbers behind the explorers: pure functions from a setting to what is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from figures.arrays import Array

KEY_SIZES: Final = tuple(2**power for power in range(10))  # 1 … 512
KEYS_A_ROW: Final = 8
_ROWS: Final = 256
_SEED: Final = 8


@dataclass(frozen=True)
class ScoreSummary:
    """What keys of one size do to scores and softmax, over many queries with components drawn from N(0, 1).

    scores: (rows, keys); weights: the softmax of each row; spread: the standard deviation of the scores;
    entropy: bits, mean over rows; gradient: Frobenius norm of the softmax's Jacobian, mean over rows.
    """

    key_size: int
    scaled: bool
    scores: Array
    weights: Array
    spread: float
    entropy: float
    gradient: float


@lru_cache(maxsize=2 * len(KEY_SIZES))
def score_summary(key_size: int, scaled: bool) -> ScoreSummary:
    """Return the summary for one of ``KEY_SIZES``, with the scores divided by the key size's root where ``scaled``."""
    scores = _dot_products()[key_size] / (np.sqrt(key_size) if scaled else 1.0)
    weights = masked_softmax(scores, np.ones_like(scores, dtype=bool))
    return ScoreSummary(
        key_size=key_size,
        scaled=scaled,
        scores=scores,
        weights=weights,
        spread=float(scores.std()),
        entropy=float(entropy_bits(weights).mean()),
        gradient=float(softmax_gradient_norm(weights).mean()),
    )


def entropy_bits(weights: Array) -> Array:
    """Return the entropy of each row of ``weights`` (..., T_k) in bits: 0 on one key, log2 T_k on all alike."""
    logarithms = np.log2(weights, out=np.zeros_like(weights), where=weights > 0)
    return np.asarray(0.0 - (weights * logarithms).sum(axis=-1))


def softmax_gradient_norm(weights: Array) -> Array:
    """Return ‖∂w/∂s‖ (Frobenius) for each row w of ``weights`` (..., T_k), where ∂w/∂s = diag(w) − w wᵀ."""
    jacobian = weights[..., None] * (np.eye(weights.shape[-1]) - weights[..., None, :])
    return np.asarray(np.sqrt((jacobian**2).sum(axis=(-2, -1))))


def masked_softmax(scores: Array, mask: NDArray[np.bool_]) -> Array:
    """Return the softmax over the last axis of what the mask (True = may attend) allows; an empty row gives zeros."""
    hidden = np.where(mask, scores, -np.inf)
    highest = hidden.max(axis=-1, keepdims=True)
    exponentials = np.exp(hidden - np.where(np.isfinite(highest), highest, 0.0))
    total = exponentials.sum(axis=-1, keepdims=True)
    return np.asarray(exponentials / np.where(total > 0, total, 1.0))


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
    return np.random.default_rng(_SEED).normal(scale=1.2, size=(16, 16))[:queries, :keys].round(1) + 0.0


def looks_at(weights: Array, tokens: Sequence[str], query: int, count: int = 3) -> list[tuple[str, float]]:
    """Return the ``count`` keys that a query gives most weight to, strongest first; weights: (T_q, T_k)."""
    order = np.argsort(-weights[query], kind="stable")[:count]
    return [(tokens[key], float(weights[query, key])) for key in order]


@lru_cache(maxsize=1)
def _dot_products() -> dict[int, Array]:
    """Return q·k (rows, keys) for every key size; a larger size adds components to the same vectors."""
    draws = np.random.default_rng(_SEED)
    query = draws.normal(size=(_ROWS, 1, KEY_SIZES[-1]))
    key = draws.normal(size=(_ROWS, KEYS_A_ROW, KEY_SIZES[-1]))
    running = (query * key).cumsum(axis=-1)
    return {size: running[..., size - 1] for size in KEY_SIZES}
