# Wrong: exponentials are masked and divided by their sum, which is 0 / 0 for an empty row.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = torch.einsum("...id,...jd->...ij", query, key) / query.shape[-1] ** 0.5
    ok = torch.ones_like(s, dtype=torch.bool) if mask is None else mask.expand_as(s)
    s = s.masked_fill(~ok, torch.finfo(s.dtype).min)
    e = (s - s.amax(-1, keepdim=True)).exp() * ok
    w = e / e.sum(-1, keepdim=True)
    return w @ value, w
