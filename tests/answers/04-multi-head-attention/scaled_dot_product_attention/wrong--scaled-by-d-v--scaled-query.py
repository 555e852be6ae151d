# Wrong: the query is scaled beforehand with the value's width.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    q = query / torch.tensor(value.shape[-1], dtype=query.dtype).sqrt()
    s = q @ key.mT
    if mask is None:
        w = s.softmax(-1)
    else:
        full = mask.expand_as(s)
        w = torch.zeros_like(s)
        rows = full.any(-1)
        w[rows] = s[rows].masked_fill(~full[rows], float("-inf")).softmax(-1)
    return w @ value, w
