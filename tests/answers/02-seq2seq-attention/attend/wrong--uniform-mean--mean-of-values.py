# Wrong: the context is the plain mean of the values, the weights are not used for it.
import torch

def attend(scores, values, mask=None):
    weights = masked_softmax(scores, mask)
    return values.mean(dim=1), weights
