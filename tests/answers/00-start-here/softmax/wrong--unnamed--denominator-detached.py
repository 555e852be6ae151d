# Wrong: the sum is detached, the values are right and the gradient is not.
import torch

def softmax(x, dim=-1):
    e = torch.exp(x - x.amax(dim, keepdim=True).detach())
    return e / e.sum(dim, keepdim=True).detach()
