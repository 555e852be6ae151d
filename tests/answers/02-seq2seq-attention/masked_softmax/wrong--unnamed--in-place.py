# Wrong: masks the caller's scores in place.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.softmax(dim)
    with torch.no_grad():
        scores.masked_fill_(~mask, torch.finfo(scores.dtype).min)
    return scores.softmax(dim) * mask
