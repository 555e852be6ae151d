# Wrong: writes the new state into the caller's h.
import torch

def rnn_cell(x, h, W_x, W_h, b):
    new = torch.tanh(x @ W_x.T + h @ W_h.T + b)
    with torch.no_grad():
        h.copy_(new)
    return new
