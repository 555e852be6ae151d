# Right: nn identity and torch add.
import torch
from torch import nn


def residual(x, sublayer, norm, pre_norm=False):
    first = norm if pre_norm else nn.Identity()
    last = nn.Identity() if pre_norm else norm
    return last(torch.add(x, sublayer(first(x))))
