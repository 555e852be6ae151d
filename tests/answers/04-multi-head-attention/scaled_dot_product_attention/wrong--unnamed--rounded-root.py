# Wrong: int() rounds the root down, right only where d_k is a square.
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / int(math.sqrt(query.size(-1)))
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
