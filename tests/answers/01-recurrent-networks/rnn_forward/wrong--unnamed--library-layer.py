# Wrong: nn.RNN does the work, which this unit forbids.
import torch
import torch.nn as nn
from torch.func import functional_call

def rnn_forward(inputs, h_0, W_x, W_h, b):
    layer = nn.RNN(inputs.shape[-1], h_0.shape[-1], batch_first=True)
    weights = {"weight_ih_l0": W_x, "weight_hh_l0": W_h, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
    outputs, h = functional_call(layer, weights, (inputs, h_0[None]))
    return outputs, h[0]
