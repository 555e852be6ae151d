# Wrong: divides by the largest exponential instead of by their sum.
import torch

def softmax(x, dim=-1):
    e = torch.exp(x - x.amax(dim, keepdim=True))
    return e / e.amax(dim, keepdim=True)
