# Wrong: no gradient flows back through the state.
import torch

def rnn_cell(x, h, W_x, W_h, b):
    return torch.tanh(x @ W_x.T + h.detach() @ W_h.T + b)
