# Wrong: adds -inf where the mask is False and does nothing about rows that are -inf throughout.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.mT * query.size(-1) ** -0.5
    if mask is not None:
        bias = torch.zeros_like(mask, dtype=s.dtype).masked_fill_(~mask, float("-inf"))
        s = s + bias
    w = F.softmax(s, dim=-1)
    return w @ value, w
