import math

import torch
import torch.nn.functional as F
from torch import nn


def attention_macs(length, d_model):
    return 4 * length * d_model**2 + 2 * length * d_model
