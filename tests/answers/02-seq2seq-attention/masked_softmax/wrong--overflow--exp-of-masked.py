# Wrong: masks with -inf and exponentiates without subtracting the maximum.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    numerator = scores.exp()
    denominator = numerator.sum(dim, keepdim=True)
    return numerator / denominator.masked_fill(denominator == 0, 1.0)
