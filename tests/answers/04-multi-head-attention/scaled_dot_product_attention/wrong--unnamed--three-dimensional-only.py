# Wrong: torch.bmm takes exactly one batch axis.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = torch.bmm(query, key.transpose(1, 2)) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=2).nan_to_num()
    return torch.bmm(w, value), w
