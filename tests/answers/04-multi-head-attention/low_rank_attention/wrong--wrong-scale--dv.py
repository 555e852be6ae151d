import math

import torch
import torch.nn.functional as F
from torch import nn


def low_rank_attention(query, key, value, E_k, E_v):
    return (query @ (E_k @ key).mT / math.sqrt(value.shape[-1])).softmax(-1) @ (E_v @ value)
