# Right: var mean typed.
from __future__ import annotations

import torch
from torch import Tensor


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """Normalise every feature vector of ``x`` on its own (Ba et al. 2016)."""
    if gamma.shape != x.shape[-1:] or beta.shape != x.shape[-1:]:
        raise ValueError("gamma and beta must have as many entries as the last axis of x")
    variance, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
    normalised: Tensor = (x - mean) * torch.rsqrt(variance + eps)
    return torch.addcmul(beta, normalised, gamma)
