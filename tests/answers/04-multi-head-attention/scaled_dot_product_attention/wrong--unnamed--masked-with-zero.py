# Wrong: hidden scores become 0 before the softmax, so hidden keys still get exp(0) = 1 as their share.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s * mask
    w = torch.softmax(s, dim=-1)
    if mask is not None:
        w = w * mask.any(-1, keepdim=True)
    return w @ value, w
