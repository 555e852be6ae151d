# Wrong: torch.softmax with dim=0.
import torch

def attend(scores, values, mask=None):
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=0)
    if mask is not None:
        weights = torch.nan_to_num(weights)
    return torch.bmm(weights.unsqueeze(1), values).squeeze(1), weights
