# Wrong: the value of the best position alone.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    best = weights.argmax(-1)
    return values[torch.arange(len(values)), best], weights
