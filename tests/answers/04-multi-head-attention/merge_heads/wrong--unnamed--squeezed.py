import math

import torch
import torch.nn.functional as F
from torch import nn


def merge_heads(x):
    return x.transpose(1, 2).flatten(-2).squeeze(0)
