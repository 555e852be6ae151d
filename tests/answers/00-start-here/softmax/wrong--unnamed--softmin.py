# Wrong: the sign is wrong, small numbers get large weights.
import torch

def softmax(x, dim=-1):
    e = torch.exp(x.amin(dim, keepdim=True) - x)
    return e / e.sum(dim, keepdim=True)
