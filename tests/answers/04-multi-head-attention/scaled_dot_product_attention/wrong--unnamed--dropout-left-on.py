# Wrong: F.dropout drops weights at random in every call.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = F.dropout(torch.softmax(s, dim=-1).nan_to_num(), 0.1)
    return w @ value, w
