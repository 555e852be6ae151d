# Wrong: scales the caller's query in place.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    with torch.no_grad():
        query /= query.size(-1) ** 0.5
    s = query @ key.transpose(-2, -1)
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
