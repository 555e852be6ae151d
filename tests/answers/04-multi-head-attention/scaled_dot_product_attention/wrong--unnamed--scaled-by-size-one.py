# Wrong: size(1) is the number of heads in four dimensions and the length in three.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(min(1, query.dim() - 1)) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
