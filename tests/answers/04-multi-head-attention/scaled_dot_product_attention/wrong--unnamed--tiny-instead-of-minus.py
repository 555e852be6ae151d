# Wrong: 1e-9 where -1e9 was meant: hidden scores become almost zero.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, 1e-9)
    w = torch.softmax(s, dim=-1)
    if mask is not None:
        w = w * mask.any(-1, keepdim=True)
    return w @ value, w
