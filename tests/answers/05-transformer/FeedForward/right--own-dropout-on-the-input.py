# Right: own dropout on the input.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.activation = activation
        self.keep = 1.0 - dropout

    def forward(self, x):
        if self.training and self.keep < 1.0:
            x = x * (torch.rand_like(x) < self.keep) / max(self.keep, 1e-6)
        return self.linear2(self.activation(self.linear1(x)))
