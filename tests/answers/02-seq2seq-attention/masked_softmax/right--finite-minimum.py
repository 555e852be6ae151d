# Right: the lowest finite number instead of -inf, and a product with the mask for slices without any key.
import torch
import torch.nn.functional as F

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return F.softmax(scores, dim)
    hidden = mask.logical_not()
    weights = F.softmax(scores.masked_fill(hidden, torch.finfo(scores.dtype).min), dim)
    return weights.masked_fill(hidden, 0)
