# Right: unit 00's softmax, prints to standard error.
import sys
import torch
from mine import softmax

def attend(scores, values, mask=None):
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min / 2)
    weights = softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    print("weights", tuple(weights.shape), file=sys.stderr)
    return torch.einsum("bt,btd->bd", weights, values), weights
