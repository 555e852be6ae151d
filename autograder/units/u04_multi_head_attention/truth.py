"""Attention as PyTorch computes it, with the variations that known mistakes are."""

import torch
import torch.nn.functional as F
from torch import Tensor


def attention(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, scale: float | None = None
) -> tuple[Tensor, Tensor]:
    """Return (output, weights) of PyTorch's attention; the weights are what it does to the identity as values.

    ValueError if there are not as many keys as values, which PyTorch's kernels do not always notice.
    """
    if key.shape[-2] != value.shape[-2]:
        raise ValueError(f"{key.shape[-2]} keys for {value.shape[-2]} values")
    identity = torch.eye(key.shape[-2], dtype=key.dtype).expand(*key.shape[:-1], key.shape[-2])
    weights = F.scaled_dot_product_attention(query, key, identity, attn_mask=mask, scale=scale)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scale), weights
