# Wrong: returns float32 for doubles.
import torch

def softmax(x, dim=-1):
    x = x.float()
    e = torch.exp(x - x.amax(dim, keepdim=True))
    return e / e.sum(dim, keepdim=True)
