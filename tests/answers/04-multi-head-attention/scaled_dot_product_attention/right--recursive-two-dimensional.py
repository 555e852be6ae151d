# Right: written for one sequence (2-D) and lifted to any number of leading axes by recursion.
import numpy as np
import torch


def _one_sequence(q, k, v, m):
    s = q @ k.T / np.sqrt(q.shape[1])
    s = s.masked_fill(~m, -float("inf"))
    a = torch.softmax(s, dim=1)
    a = torch.where(m.any(1)[:, None], a, torch.zeros_like(a))
    return a @ v, a


def scaled_dot_product_attention(query, key, value, mask=None):
    full_shape = query.shape[:-1] + key.shape[-2:-1]
    if mask is None:
        mask = torch.ones(full_shape, dtype=torch.bool, device=query.device)
    mask = mask.expand(full_shape)
    if query.dim() == 2:
        return _one_sequence(query, key, value, mask)
    pairs = [scaled_dot_product_attention(q, k, v, m) for q, k, v, m in zip(query, key, value, mask)]
    outputs, weights = zip(*pairs)
    return torch.stack(outputs), torch.stack(weights)
