# Wrong: the softmax is taken in float32 and cast back, so doubles come out with only seven digits right.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = (query @ key.transpose(-2, -1) / query.size(-1) ** 0.5).float()
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num().to(query.dtype)
    return w @ value, w
