# Wrong: a large epsilon in the denominator against division by zero makes the weights sum to less than one.
import torch

def masked_softmax(scores, mask, dim=-1):
    e = torch.exp(scores - scores.amax(dim, keepdim=True))
    if mask is not None:
        e = e * mask
    return e / (e.sum(dim, keepdim=True) + 1e-2)
