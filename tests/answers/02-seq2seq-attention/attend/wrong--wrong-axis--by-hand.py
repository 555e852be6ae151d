# Wrong: divides by sums down the batch.
import torch

def attend(scores, values, mask=None):
    keep = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand_as(scores)
    s = scores.masked_fill(~keep, torch.finfo(scores.dtype).min)
    e = (s - s.amax(0, keepdim=True)).exp() * keep
    total = e.sum(0, keepdim=True)
    weights = e / total.masked_fill(total == 0, 1)
    return (weights[..., None] * values).sum(1), weights
