# Wrong: a hand-written softmax that sums over the query axis.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = torch.einsum("...id,...jd->...ij", query, key) / query.size(-1) ** 0.5
    ok = torch.ones_like(s, dtype=torch.bool) if mask is None else mask.expand_as(s)
    s = s.masked_fill(~ok, torch.finfo(s.dtype).min)
    e = (s - s.amax(dim=-2, keepdim=True)).exp() * ok
    total = e.sum(dim=-2, keepdim=True)
    w = e / total.masked_fill(total == 0, 1)
    return w @ value, w
