"""Softmax over what a mask allows, the weighted sum and the additive score, as PyTorch's other ways give them."""

import torch
from torch import Tensor


def shares(scores: Tensor, mask: Tensor | None = None, dim: int = -1) -> Tensor:
    """PyTorch's softmax of a sparse tensor, in which what the mask forbids is simply not there; zeros elsewhere."""
    allowed = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand(scores.shape)
    there = torch.sparse_coo_tensor(allowed.nonzero().T, scores[allowed], scores.shape, check_invariants=False)
    weights: Tensor = torch.sparse.softmax(there, dim % scores.dim())
    return weights.to_dense()


def weighted(weights: Tensor, values: Tensor) -> Tensor:
    """The sum over T of weights (B, T) times values (B, T, D)."""
    return torch.einsum("bt,btd->bd", weights, values)


def additive(query: Tensor, keys: Tensor, W_q: Tensor, W_k: Tensor, v: Tensor) -> Tensor:
    """vᵀ tanh([W_q W_k][q; k]) for each key: the additive score as Luong et al. (2015, equation 8) write it."""
    both = torch.cat([query[:, None].expand(-1, keys.shape[1], -1), keys], dim=-1)
    return torch.tanh(both @ torch.cat([W_q, W_k], dim=1).mT) @ v
