# Right: functional.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.p, self.act = dropout, activation

    def forward(self, x):
        h = F.linear(x, self.linear1.weight, self.linear1.bias)
        h = F.dropout(self.act(h), self.p, self.training)
        return F.linear(h, self.linear2.weight, self.linear2.bias)
