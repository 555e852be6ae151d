# Wrong: the softmax runs over the queries (dim=-2), so columns sum to one instead of rows.
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-2)
    if mask is not None:
        weights = torch.nan_to_num(weights)
    return weights @ value, weights
