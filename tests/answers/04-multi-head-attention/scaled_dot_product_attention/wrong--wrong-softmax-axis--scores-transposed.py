# Wrong: scores are built keys by queries, normalised over their last axis (the queries), and turned only afterwards.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = key @ query.transpose(-2, -1) * key.shape[-1] ** -0.5
    if mask is None:
        w = scores.softmax(-1)
    else:
        m = mask.expand(*query.shape[:-1], key.shape[-2]).transpose(-2, -1)
        w = scores.masked_fill(~m, torch.finfo(scores.dtype).min).softmax(-1) * m
    w = w.transpose(-2, -1)
    return w @ value, w
