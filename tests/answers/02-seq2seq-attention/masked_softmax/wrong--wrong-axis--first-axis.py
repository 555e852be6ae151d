# Wrong: always axis 0.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return scores.softmax(0)
    return scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(0) * mask
