# Right: itertools.accumulate carries the state over the time-first inputs.
from itertools import accumulate
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    step = lambda h, x: torch.tanh(x @ W_x.T + h @ W_h.T + b)
    states = list(accumulate(inputs.transpose(0, 1), step, initial=h_0))[1:]
    return torch.stack(states).transpose(0, 1), states[-1]
