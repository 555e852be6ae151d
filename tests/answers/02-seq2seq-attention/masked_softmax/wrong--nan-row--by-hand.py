# Wrong: 0 / 0 for a slice that is masked throughout.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.softmax(dim)
    s = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    e = (s - s.amax(dim, keepdim=True)).exp() * mask
    return e / e.sum(dim, keepdim=True)
