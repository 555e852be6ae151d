# Wrong: the mask is multiplied onto the finished weights.
import torch

def attend(scores, values, mask=None):
    weights = scores.softmax(-1)
    if mask is not None:
        weights = weights * mask
    return torch.einsum("bt,btd->bd", weights, values), weights
