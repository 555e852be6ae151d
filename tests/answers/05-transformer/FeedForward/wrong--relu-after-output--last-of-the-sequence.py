# Wrong (relu-after-output): last of the sequence.
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


class _Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class FeedForward(nn.Sequential):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__(OrderedDict(
            linear1=nn.Linear(d_model, d_ff),
            dropout=nn.Dropout(dropout),
            linear2=nn.Linear(d_ff, d_model),
            activation=_Apply(activation),
        ))
