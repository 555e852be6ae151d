# Wrong: the output gate from the third block, the candidate from the fourth.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    pre = x @ W_x.T + h @ W_h.T + b
    i, f = pre[:, :H].sigmoid(), pre[:, H:2 * H].sigmoid()
    o, g = pre[:, 2 * H:3 * H].sigmoid(), pre[:, 3 * H:].tanh()
    new_c = f * c + i * g
    return o * new_c.tanh(), new_c
