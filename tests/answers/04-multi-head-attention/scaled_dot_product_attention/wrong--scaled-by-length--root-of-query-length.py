# Wrong: divides by the root of the number of queries, read from the wrong axis of the query.
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    T, d_k = query.shape[-2], query.shape[-1]
    scores = query @ key.transpose(-2, -1) / math.sqrt(T)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
        weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    else:
        weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights
