# Wrong: always the last axis, whatever dim says.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    return weights if mask is None else torch.nan_to_num(weights)
