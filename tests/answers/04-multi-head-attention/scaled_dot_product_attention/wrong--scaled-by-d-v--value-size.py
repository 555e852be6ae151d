# Wrong: the scale comes from the value's width, not from the key's.
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    d = value.size(-1)
    scores = query @ key.transpose(-2, -1) / math.sqrt(d)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = torch.nan_to_num(weights)
    return weights @ value, weights
