# Wrong: the state is replaced by zeros.
import torch

def rnn_cell(x, h, W_x, W_h, b):
    h = torch.zeros_like(h)
    return torch.tanh(x @ W_x.T + h @ W_h.T + b)
