# Wrong: NaN where nothing may be attended to.
import torch

def attend(scores, values, mask=None):
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    return torch.einsum("bt,btd->bd", weights, values), weights
