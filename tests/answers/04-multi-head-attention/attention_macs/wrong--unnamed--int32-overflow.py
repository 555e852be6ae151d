import math

import torch
import torch.nn.functional as F
from torch import nn


def attention_macs(length, d_model):
    t, d = torch.tensor([length, d_model], dtype=torch.int32)
    return int(4 * t * d * d + 2 * t * t * d)
