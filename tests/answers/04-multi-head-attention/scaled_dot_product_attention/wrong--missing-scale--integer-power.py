# Wrong: d_k ** (1 // 2) is d_k ** 0 = 1, so nothing is scaled.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** (1 // 2)
    if mask is not None:
        empty = ~mask.any(-1, keepdim=True)
        weights = scores.masked_fill(~mask & ~empty, float("-inf")).softmax(-1).masked_fill(empty, 0)
    else:
        weights = scores.softmax(-1)
    return weights @ value, weights
