# Right: shifted exponentials, masked, divided by a sum that is never zero.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    mask = mask.expand(scores.shape)
    lowest = torch.finfo(scores.dtype).min
    visible = scores.masked_fill(~mask, lowest)
    e = torch.exp(visible - visible.amax(dim=dim, keepdim=True).detach()) * mask
    total = e.sum(dim=dim, keepdim=True)
    return e / torch.where(total > 0, total, torch.ones_like(total))
