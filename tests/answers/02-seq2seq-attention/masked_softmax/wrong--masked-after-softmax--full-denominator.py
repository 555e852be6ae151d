# Wrong: the denominator contains the hidden ones.
import torch

def masked_softmax(scores, mask, dim=-1):
    e = torch.exp(scores - scores.max(dim=dim, keepdim=True).values)
    z = e.sum(dim=dim, keepdim=True)
    if mask is not None:
        e = torch.where(mask, e, torch.zeros_like(e))
    return e / z
