# Wrong: the cell's result gets another name than the state that is passed.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, []
    for x in inputs.unbind(1):
        new_h = rnn_cell(x, h, W_x, W_h, b)
        outputs.append(new_h)
    return torch.stack(outputs, 1), new_h
