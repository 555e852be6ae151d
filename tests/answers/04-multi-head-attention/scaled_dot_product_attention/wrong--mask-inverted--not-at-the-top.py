# Wrong: flips the mask at the start and then treats it as if True still meant "may attend".
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-2, -1) / key.size(-1) ** 0.5
    if mask is not None:
        mask = torch.logical_not(mask)
        none = ~mask.any(dim=-1, keepdim=True)
        s = s.masked_fill(~mask, -float("inf")).masked_fill(none, 0.0)
        w = F.softmax(s, -1).masked_fill(none, 0.0)
    else:
        w = F.softmax(s, -1)
    return w @ value, w
