# Wrong: outputs is overwritten in every step instead of extended.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h = h_0
    for x in inputs.unbind(1):
        h = rnn_cell(x, h, W_x, W_h, b)
        outputs = h
    return outputs, h
