# Wrong (no-nonlinearity): one matrix.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        weight = self.linear2.weight @ self.linear1.weight
        bias = self.linear2.weight @ self.linear1.bias + self.linear2.bias
        return self.dropout(F.linear(x, weight, bias))
