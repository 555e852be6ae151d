# Wrong: the candidate's line was copied from a gate.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    i, f, g, o = (x @ W_x.T + h @ W_h.T + b).split(h.shape[1], dim=1)
    i = torch.sigmoid(i)
    f = torch.sigmoid(f)
    g = torch.sigmoid(g)
    o = torch.sigmoid(o)
    c = f * c + i * g
    return o * torch.tanh(c), c
