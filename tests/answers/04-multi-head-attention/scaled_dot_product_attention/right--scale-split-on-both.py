import math

import torch
import torch.nn.functional as F
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    r = query.shape[-1] ** 0.25
    s = (query / r) @ (key / r).transpose(-2, -1)
    b = torch.zeros_like(s)
    if mask is not None:
        b = b.masked_fill(~mask, -1e15)
    w = torch.softmax(s + b, -1)
    if mask is not None:
        w = w * mask.to(w.dtype)
    return w @ value, w
