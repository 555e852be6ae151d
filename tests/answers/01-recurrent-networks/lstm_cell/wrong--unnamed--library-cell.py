# Wrong: nn.LSTMCell does the work, which this unit forbids.
import torch
import torch.nn as nn
from torch.func import functional_call

def lstm_cell(x, h, c, W_x, W_h, b):
    cell = nn.LSTMCell(x.shape[1], h.shape[1])
    weights = {"weight_ih": W_x, "weight_hh": W_h, "bias_ih": b, "bias_hh": torch.zeros_like(b)}
    return functional_call(cell, weights, (x, (h, c)))
