# Wrong: both query and key are divided by sqrt(d_k), so the scores are divided by d_k.
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    root = math.sqrt(query.shape[-1])
    scores = torch.einsum("...qd,...kd->...qk", query / root, key / root)
    if mask is not None:
        scores = torch.where(mask, scores, torch.tensor(-1e30, dtype=scores.dtype))
        w = scores.softmax(-1) * mask
    else:
        w = scores.softmax(-1)
    return torch.einsum("...qk,...kv->...qv", w, value), w
