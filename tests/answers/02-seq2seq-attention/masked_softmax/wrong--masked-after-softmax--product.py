# Wrong: multiplies the finished weights with the mask; what is left no longer sums to one.
import torch

def masked_softmax(scores, mask, dim=-1):
    weights = torch.softmax(scores, dim=dim)
    return weights if mask is None else weights * mask
