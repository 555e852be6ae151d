# Wrong: the mask removes keys from the numerator of the softmax but not from its denominator.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.mT / query.shape[-1] ** 0.5
    e = torch.exp(s - s.max(dim=-1, keepdim=True)[0])
    z = e.sum(dim=-1, keepdim=True)
    if mask is not None:
        e = torch.where(mask, e, torch.zeros_like(e))
    w = e / z
    return w @ value, w
