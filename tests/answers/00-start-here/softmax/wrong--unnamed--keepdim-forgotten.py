# Wrong: without keepdim the sums line up with the wrong axis.
import torch

def softmax(x, dim=-1):
    e = torch.exp(x - x.amax(dim, keepdim=True))
    return e / e.sum(dim=dim)
