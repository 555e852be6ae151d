# Right: exp of x minus its logsumexp, after a shift by the maximum for accuracy.
import torch

def softmax(x, dim=-1):
    x = x - x.amax(dim, keepdim=True).detach()
    return torch.exp(x - torch.logsumexp(x, dim=dim, keepdim=True))
