# Wrong: softmax over dim 1, which is the heads for four-dimensional scores and the queries for three-dimensional ones.
import math
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = F.softmax(scores, dim=1)
    if mask is not None:
        weights = weights.nan_to_num(0.0)
    return weights @ value, weights
