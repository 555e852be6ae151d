# Wrong: a sigmoid for all four, the candidate included.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    i, f, g, o = torch.sigmoid(x @ W_x.T + h @ W_h.T + b).chunk(4, dim=1)
    c = f * c + i * g
    return o * torch.tanh(c), c
