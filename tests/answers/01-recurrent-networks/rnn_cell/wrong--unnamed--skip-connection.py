# Wrong: the old state is added to the new one.
import torch

def rnn_cell(x, h, W_x, W_h, b):
    return h + torch.tanh(x @ W_x.T + h @ W_h.T + b)
