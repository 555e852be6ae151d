# Wrong: as soon as one row is empty every NaN-free row is thrown away as well.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1)
    if torch.isnan(w).any():
        w = torch.zeros_like(w)
    return w @ value, w
