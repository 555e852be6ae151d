# Wrong: a hand-written softmax that sums over the last axis only.
import torch

def masked_softmax(scores, mask, dim=-1):
    keep = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand(scores.shape)
    s = scores.masked_fill(~keep, torch.finfo(scores.dtype).min)
    e = torch.exp(s - s.amax(-1, keepdim=True)) * keep
    total = e.sum(-1, keepdim=True)
    return e / total.masked_fill(total == 0, 1)
