# Wrong: an epsilon of a thousandth in the denominator, the sum stays below one.
import torch

def softmax(x, dim=-1):
    e = torch.exp(x - x.amax(dim, keepdim=True))
    return e / (e.sum(dim, keepdim=True) + 1e-3)
