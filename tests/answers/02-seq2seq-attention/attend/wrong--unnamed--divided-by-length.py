# Wrong: divides the weighted sum by T once more.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return (weights.unsqueeze(-1) * values).mean(dim=1), weights
