# Wrong: hidden scores are set to -100, which real scores can fall below, so hidden keys can still win.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -100.0)
    w = torch.softmax(s, dim=-1)
    if mask is not None:
        w = w * mask
    return w @ value, w
