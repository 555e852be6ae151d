# Right: chatty, it prints shapes and hands back a two-element list, which unpacks as a pair all the same.
import math, torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    print("query", tuple(query.shape), "key", tuple(key.shape), "value", tuple(value.shape))
    print("mask", None if mask is None else tuple(mask.shape))
    scores = query @ key.transpose(-2, -1)
    scores = scores / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask == False, -math.inf)
        empty = (mask == False).all(dim=-1, keepdim=True)
        weights = F.softmax(scores, dim=-1).masked_fill(empty, 0.)
    else:
        weights = F.softmax(scores, dim=-1)
    print("row sums", weights.sum(-1))
    return [weights @ value, weights]
