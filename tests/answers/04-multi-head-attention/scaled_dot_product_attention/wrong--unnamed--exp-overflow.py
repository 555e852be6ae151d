# Wrong: exponentials without subtracting the maximum, which overflow for large scores.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    e = torch.exp(s)
    if mask is not None:
        e = e * mask
    z = e.sum(-1, keepdim=True)
    w = e / torch.where(z == 0, torch.ones_like(z), z)
    return w @ value, w
