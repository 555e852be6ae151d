# Wrong: the two branches of torch.where are the wrong way round.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.einsum("...id,...jd->...ij", query, key) / query.shape[-1] ** 0.5
    if mask is None:
        w = scores.softmax(-1)
    else:
        w = torch.where(mask, torch.full_like(scores, torch.finfo(scores.dtype).min), scores).softmax(-1)
        w = torch.where(mask, torch.zeros_like(w), w)
    return w @ value, w
