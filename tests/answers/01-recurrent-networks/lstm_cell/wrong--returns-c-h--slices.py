# Wrong: new_cell before new_hidden.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    pre = x @ W_x.T + h @ W_h.T + b
    i, f, o = (pre[:, k * H:(k + 1) * H].sigmoid() for k in (0, 1, 3))
    new_cell = f * c + i * pre[:, 2 * H:3 * H].tanh()
    new_hidden = o * new_cell.tanh()
    return new_cell, new_hidden
