# Right: the unit's masked softmax and a weighted sum.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    context = (weights.unsqueeze(-1) * values).sum(dim=1)
    return context, weights
