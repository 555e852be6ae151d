# Wrong: masked_fill returns a new tensor that is not kept.
import torch
import torch.nn.functional as F

def attend(scores, values, mask=None):
    if mask is not None:
        scores.masked_fill(~mask, float("-inf"))
    alpha = F.softmax(scores, dim=1)
    return (alpha.unsqueeze(2) * values).sum(1), alpha
