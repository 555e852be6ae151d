# Right: base class and buffer.
import torch
import torch.nn.functional as F
from torch import nn


class _TwoLayers(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]), start=1):
            setattr(self, f"linear{i}", nn.Linear(n_in, n_out))

    def between(self, h):
        raise NotImplementedError

    def forward(self, x):
        print("in", tuple(x.shape))
        return self.linear2(self.between(self.linear1(x)))


class FeedForward(_TwoLayers):
    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        super().__init__((d_model, d_ff, d_model))
        self.activation = activation
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))
        self.rate = dropout

    def between(self, h):
        self.calls += 1
        return F.dropout(self.activation(h), self.rate, training=self.training)
