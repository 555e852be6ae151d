# Wrong: the logarithm of the softmax.
import torch

def softmax(x, dim=-1):
    x = x - x.amax(dim, keepdim=True)
    return x - torch.logsumexp(x, dim=dim, keepdim=True)
