# Right: exponentials by hand, prints the largest weight.
import torch

def attend(scores, values, mask=None):
    keep = torch.ones_like(scores) if mask is None else mask.to(scores.dtype).expand_as(scores)
    s = torch.where(keep > 0, scores, torch.full_like(scores, torch.finfo(scores.dtype).min))
    e = (s - s.amax(-1, keepdim=True)).exp() * keep
    weights = e / e.sum(-1, keepdim=True).clamp_min(torch.finfo(s.dtype).tiny)
    print("largest weight", weights.max().item())
    return torch.matmul(weights[:, None, :], values)[:, 0], weights
