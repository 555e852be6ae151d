# Wrong: the weighted values are not summed, (B, T, D).
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return weights.unsqueeze(-1) * values, weights
