# Right: in pieces of two positions.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.activation = activation
        self.dropout = nn.Dropout(dropout)

    def _piece(self, x):
        return self.dropout(self.linear2(self.activation(self.linear1(x))))

    def forward(self, x):
        return torch.cat([self._piece(piece) for piece in x.split(2, dim=1)], dim=1)
