# Right: shifts by the maximum along dim before exponentiating.
import torch

def softmax(x, dim=-1):
    shifted = x - x.max(dim=dim, keepdim=True).values
    e = torch.exp(shifted)
    return e / e.sum(dim=dim, keepdim=True)
