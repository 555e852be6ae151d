# Wrong: clamps the inputs to ±50 against overflow, so that large scores become equal.
import torch

def softmax(x, dim=-1):
    e = torch.exp(x.clamp(-50, 50))
    return e / e.sum(dim, keepdim=True)
