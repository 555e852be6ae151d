# Wrong: d_k ** 1/2 is (d_k ** 1) / 2.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / (query.size(-1) ** 1/2)
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
