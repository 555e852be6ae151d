# Right: exponentials by hand, shifted by the row's maximum among the allowed keys, and a safe denominator for empty rows.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    s = query.matmul(key.mT).div(query.shape[-1] ** 0.5)
    if mask is None:
        mask = s.new_ones(s.shape[-2:], dtype=torch.bool)
    allowed = mask.expand_as(s)
    s = torch.where(allowed, s, torch.finfo(s.dtype).min)
    top = s.max(dim=-1, keepdim=True).values.detach()
    e = torch.where(allowed, (s - top).exp(), 0.0)
    total = e.sum(dim=-1, keepdim=True)
    w = e / torch.where(total == 0, torch.ones_like(total), total)
    return w.matmul(value), w
