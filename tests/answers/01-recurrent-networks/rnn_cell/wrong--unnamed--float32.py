# Wrong: returns float32 for double inputs.
import torch

def rnn_cell(x, h, W_x, W_h, b):
    return torch.tanh(x @ W_x.T + h @ W_h.T + b).float()
