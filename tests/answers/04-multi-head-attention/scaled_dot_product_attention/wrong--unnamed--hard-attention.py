# Wrong: all weight goes to the best key (argmax), a soft weighting was asked for.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = F.one_hot(s.argmax(-1), s.size(-1)).to(s.dtype)
    if mask is not None:
        w = w * mask
    return w @ value, w
