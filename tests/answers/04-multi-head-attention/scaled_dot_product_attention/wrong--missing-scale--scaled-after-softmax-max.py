# Wrong: a hand-written softmax whose argument was never scaled.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.mT
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    mask = mask.expand_as(scores)
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    e = torch.exp(scores - scores.amax(-1, keepdim=True)) * mask
    w = e / e.sum(-1, keepdim=True).clamp(min=1e-20)
    return w @ value, w
