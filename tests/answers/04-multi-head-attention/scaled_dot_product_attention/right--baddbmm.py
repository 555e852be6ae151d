# Right: torch.baddbmm adds the penalty and scales in one call.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    lead, (tq, d), tk = query.shape[:-2], query.shape[-2:], key.shape[-2]
    q, k, v = query.reshape(-1, tq, d), key.reshape(-1, tk, d), value.reshape(-1, tk, value.shape[-1])
    keep = torch.ones(1, 1, 1, dtype=torch.bool) if mask is None else mask.expand(*lead, tq, tk).reshape(-1, tq, tk)
    penalty = torch.zeros(keep.shape, dtype=query.dtype, device=query.device).masked_fill(~keep, -1e12)
    scores = torch.baddbmm(penalty.expand(q.shape[0], tq, tk), q, k.transpose(1, 2), alpha=d ** -0.5)
    weights = scores.softmax(2) * keep
    return (weights @ v).reshape(*lead, tq, -1), weights.reshape(*lead, tq, tk)
