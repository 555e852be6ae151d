import math

import torch
import torch.nn.functional as F
from torch import nn


def attention_macs(length, d_model):
    heads = max(1, d_model // 64)
    return 4 * length * d_model**2 + 2 * heads * length**2 * d_model
