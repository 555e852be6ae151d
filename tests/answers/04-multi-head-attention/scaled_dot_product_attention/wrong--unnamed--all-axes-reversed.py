# Wrong: .T reverses all axes of the key, which fits only a two-dimensional one.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = torch.matmul(query, key.T) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return w @ value, w
