# Wrong: boolean indexing needs a mask of exactly the scores' shape.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.softmax(dim)
    s = torch.full_like(scores, torch.finfo(scores.dtype).min)
    s[mask] = scores[mask]
    return s.softmax(dim) * mask
