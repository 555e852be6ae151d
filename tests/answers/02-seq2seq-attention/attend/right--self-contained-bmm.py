# Right: masks, softmax, bmm.
import torch

def attend(scores, values, mask=None):
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=1)
    if mask is not None:
        weights = torch.nan_to_num(weights)
    context = torch.bmm(weights.unsqueeze(1), values).squeeze(1)
    return context, weights
