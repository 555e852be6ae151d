# Right: functools.reduce-style folding with itertools.accumulate, the state as a NamedTuple, chatty on standard error.
import sys
from itertools import accumulate
from typing import NamedTuple
import torch
from torch import nn, Tensor


class State(NamedTuple):
    h: Tensor
    c: Tensor


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W_x = nn.Parameter(torch.rand(4 * hidden_size, input_size) - 0.5)
        self.W_h = nn.Parameter(torch.rand(4 * hidden_size, hidden_size) - 0.5)
        self.b = nn.Parameter(torch.rand(4 * hidden_size) - 0.5)

    def forward(self, inputs, lengths=None, state=None):
        print("LSTM", tuple(inputs.shape), file=sys.stderr)
        batch, steps, _ = inputs.shape
        start = State(*(inputs.new_zeros(2, batch, self.W_h.shape[1]) if state is None else state))
        alive = torch.ones(batch, steps, dtype=torch.bool) if lengths is None else torch.arange(steps) < lengths[:, None]

        def advance(old, t):
            new = State(*lstm_cell(inputs[:, t], old.h, old.c, self.W_x, self.W_h, self.b))
            keep = alive[:, t, None]
            return State(torch.where(keep, new.h, old.h), torch.where(keep, new.c, old.c))

        states = list(accumulate(range(steps), advance, initial=start))[1:]
        outputs = torch.stack([s.h for s in states], dim=1) * alive.unsqueeze(-1)
        return outputs, (states[-1].h, states[-1].c)
