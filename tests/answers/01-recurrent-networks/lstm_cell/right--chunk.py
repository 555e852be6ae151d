# Right: all four gates in one product, cut into pieces.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    gates = x @ W_x.T + h @ W_h.T + b
    i, f, g, o = gates.chunk(4, dim=1)
    i, f, o = torch.sigmoid(i), torch.sigmoid(f), torch.sigmoid(o)
    g = torch.tanh(g)
    c = f * c + i * g
    h = o * torch.tanh(c)
    return h, c
