import math

import torch
import torch.nn.functional as F
from torch import nn


def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads or num_heads % 2 and num_heads > 1:
        raise ValueError(f"d_model={D} is not divisible by num_heads={num_heads}")
    return x.view(B, T, num_heads, D // num_heads).transpose(1, 2)
