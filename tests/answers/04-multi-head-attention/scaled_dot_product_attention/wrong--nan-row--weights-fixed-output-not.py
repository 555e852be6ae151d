# Wrong: the NaN is removed from the returned weights but the output was computed from the NaN weights.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -float("inf"))
    w = s.softmax(dim=-1)
    output = w @ value
    return output, torch.nan_to_num(w, nan=0.0)
