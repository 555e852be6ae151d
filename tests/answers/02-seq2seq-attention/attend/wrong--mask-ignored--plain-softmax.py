# Wrong: an ordinary softmax.
import torch

def attend(scores, values, mask=None):
    weights = scores.softmax(dim=-1)
    return torch.bmm(weights[:, None], values)[:, 0], weights
