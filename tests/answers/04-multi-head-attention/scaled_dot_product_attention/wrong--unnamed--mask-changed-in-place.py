# Wrong: opens the empty rows in the caller's own mask, in place, to avoid the NaN.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is None:
        w = s.softmax(-1)
    else:
        alive = mask.any(-1, keepdim=True).clone()
        mask |= ~alive
        w = s.masked_fill(~mask, -torch.inf).softmax(-1) * alive
    return w @ value, w
