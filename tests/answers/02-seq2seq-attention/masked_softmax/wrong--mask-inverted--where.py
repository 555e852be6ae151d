# Wrong: the branches of where are exchanged.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.softmax(dim)
    low = torch.full_like(scores, torch.finfo(scores.dtype).min)
    w = torch.where(mask, low, scores).softmax(dim)
    return torch.where(mask, torch.zeros_like(w), w)
