# Right: typed and tidy, returns a NamedTuple whose two fields unpack as (output, weights).
from typing import NamedTuple, Optional

import torch
from torch import Tensor


class Attention(NamedTuple):
    output: Tensor
    weights: Tensor


def masked_softmax(scores: Tensor, mask: Optional[Tensor]) -> Tensor:
    if mask is None:
        return scores.softmax(dim=-1)
    scores = scores.masked_fill(mask.logical_not(), torch.finfo(scores.dtype).min)
    return scores.softmax(dim=-1).masked_fill(mask.logical_not(), 0.0)


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Optional[Tensor] = None) -> Attention:
    """Attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V."""
    if query.shape[-1] != key.shape[-1]:
        raise ValueError(f"query has {query.shape[-1]} features, key has {key.shape[-1]}")
    scores: Tensor = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights: Tensor = masked_softmax(scores, mask)
    return Attention(output=weights @ value, weights=weights)
