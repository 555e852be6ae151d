# Right: softmax over the visible ones by exponentials relative to the largest visible score, in double precision.
import torch

def masked_softmax(scores, mask, dim=-1):
    s = scores.double()
    m = torch.ones((), dtype=torch.bool) if mask is None else mask
    s = torch.where(m, s, torch.tensor(-1e300, dtype=torch.float64))
    e = torch.where(m, torch.exp(s - s.max(dim, keepdim=True)[0]), torch.zeros_like(s))
    return (e / e.sum(dim, keepdim=True).clamp(min=1e-300)).to(scores.dtype)
