# Right: masks the exponentials (not the finished weights) and divides by what is left, which is the same distribution.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    dot = (query.unsqueeze(-2) * key.unsqueeze(-3)).sum(-1)
    dot = dot / query.size(-1) ** (1 / 2)
    if mask is None:
        keep = torch.ones_like(dot)
    else:
        keep = mask.to(dot.dtype).expand_as(dot)
    hidden = torch.where(keep > 0, dot, torch.full_like(dot, -float("inf")))
    biggest = hidden.amax(-1, keepdim=True)
    biggest = torch.where(torch.isinf(biggest), torch.zeros_like(biggest), biggest)
    num = torch.where(keep > 0, dot - biggest, torch.zeros_like(dot)).exp() * keep
    den = num.sum(-1, keepdim=True)
    weights = num / den.clamp_min(1e-30)
    output = (weights.unsqueeze(-1) * value.unsqueeze(-3)).sum(-2)
    return output, weights
