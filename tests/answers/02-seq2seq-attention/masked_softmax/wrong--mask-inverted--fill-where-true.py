# Wrong: hides where the mask is True.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is not None:
        scores = scores.masked_fill(mask, float("-inf"))
    weights = torch.softmax(scores, dim=dim)
    if mask is not None:
        weights = torch.nan_to_num(weights, nan=0.0)
    return weights
