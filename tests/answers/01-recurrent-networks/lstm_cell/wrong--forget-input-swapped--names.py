# Wrong: takes the first block for the forget gate.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    pre = x @ W_x.T + h @ W_h.T + b
    forget, write = pre[:, :H].sigmoid(), pre[:, H:2 * H].sigmoid()
    candidate, output = pre[:, 2 * H:3 * H].tanh(), pre[:, 3 * H:].sigmoid()
    new_c = forget * c + write * candidate
    return output * new_c.tanh(), new_c
