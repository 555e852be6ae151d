# Wrong: a sigmoid per position does not sum to one.
import torch

def attend(scores, values, mask=None):
    weights = torch.sigmoid(scores)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0)
    return torch.bmm(weights[:, None], values)[:, 0], weights
