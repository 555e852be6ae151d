# Right: loop over positions.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.activation = activation
        self.dropout = nn.Dropout(p=dropout)

    def forward(self, x):
        y = []
        for t in range(x.shape[1]):
            h = self.activation(self.linear1(x[:, t]))
            y.append(self.linear2(self.dropout(h)))
        return torch.stack(y, dim=1)
