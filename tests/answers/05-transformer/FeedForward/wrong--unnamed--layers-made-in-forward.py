# Wrong: layers made in forward.
import torch
import torch.nn.functional as F
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__()
        self.sizes, self.p, self.activation = (d_model, d_ff), dropout, activation

    def forward(self, x):
        d_model, d_ff = self.sizes
        linear1 = nn.Linear(d_model, d_ff).to(x)
        linear2 = nn.Linear(d_ff, d_model).to(x)
        return linear2(F.dropout(self.activation(linear1(x)), self.p, self.training))
