# Wrong: hidden scores become zero, and exp(0) is one.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    return torch.softmax(scores, dim=dim)
