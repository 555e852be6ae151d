import math

import torch
import torch.nn.functional as F
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    s = query @ key.transpose(-1, -2) * (1 / math.sqrt(query.size(-1)))
    m = torch.ones_like(s, dtype=torch.bool) if mask is None else torch.broadcast_to(mask, s.shape)
    top = torch.full_like(s[..., 0], -1e30)
    total = torch.zeros_like(s[..., 0])
    for j in range(s.shape[-1]):
        x = torch.where(m[..., j], s[..., j], torch.full_like(s[..., j], -1e30))
        new = torch.maximum(top, x)
        total = total * torch.exp(top - new) + torch.exp(x - new) * m[..., j]
        top = new
    w = torch.exp(torch.where(m, s, top.unsqueeze(-1)) - top.unsqueeze(-1)) * m
    w = w / total.clamp_min(1e-30).unsqueeze(-1)
    return w @ value, w
