# Wrong: s[~mask] needs a mask of exactly the scores' shape.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s[~mask] = -torch.inf
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
