"""The numbers of the scores explorer: what the size of the keys does to scores, weights and gradients."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from figures.arrays import Array
from figures.softmax import entropy_bits, masked_softmax, softmax_gradient_norm

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


@lru_cache(maxsize=1)
def _dot_products() -> dict[int, Array]:
    """Return q·k (rows, keys) for every key size; a larger size adds components to the same vectors."""
    draws = np.random.default_rng(_SEED)
    query = draws.normal(size=(_ROWS, 1, KEY_SIZES[-1]))
    key = draws.normal(size=(_ROWS, KEYS_A_ROW, KEY_SIZES[-1]))
    running = (query * key).cumsum(axis=-1)
    return {size: running[..., size - 1] for size in KEY_SIZES}
