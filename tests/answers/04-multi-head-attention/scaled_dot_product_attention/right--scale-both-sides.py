# Right: query and key are each divided by the fourth root of d_k, which is the same scale on their product.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    root = query.shape[-1] ** 0.25
    scores = (query / root) @ (key / root).transpose(-2, -1)
    if mask is not None:
        has_any = mask.any(dim=-1, keepdim=True)
        # rows without any key are left unmasked for the softmax, then set to zero
        scores = scores.masked_fill(~(mask | ~has_any), float("-inf"))
        weights = scores.softmax(dim=-1) * has_any
    else:
        weights = scores.softmax(dim=-1)
    return weights @ value, weights
