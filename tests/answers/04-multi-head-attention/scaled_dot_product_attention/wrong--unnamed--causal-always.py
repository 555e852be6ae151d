# Wrong: hides the future although nobody asked for it.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    past = torch.ones(s.shape[-2:], dtype=torch.bool).tril()
    mask = past if mask is None else mask & past
    s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
