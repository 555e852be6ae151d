# Wrong: shifts the caller's x in place.
import torch

def softmax(x, dim=-1):
    with torch.no_grad():
        x -= x.amax(dim, keepdim=True)
    e = torch.exp(x)
    return e / e.sum(dim, keepdim=True)
