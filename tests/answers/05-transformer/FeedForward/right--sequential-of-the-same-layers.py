# Right: sequential of the same layers.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.activation = activation if isinstance(activation, nn.Module) else None
        self._function = activation
        self.inner = nn.Sequential(self.linear1)
        self.outer = nn.Sequential(nn.Dropout(dropout), self.linear2, nn.Dropout(dropout))

    def forward(self, x):
        return self.outer(self._function(self.inner(x)))
