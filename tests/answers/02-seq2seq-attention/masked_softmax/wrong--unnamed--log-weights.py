# Wrong: returns logarithms of the weights.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.log_softmax(dim)
    return scores.masked_fill(~mask, torch.finfo(scores.dtype).min).log_softmax(dim) * mask
