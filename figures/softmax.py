"""The softmax, how spread out its weights are, and how much they still react to the scores."""

import numpy as np
from numpy.typing import NDArray

from figures.arrays import Array


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
