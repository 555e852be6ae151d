# Right: the unit's cell in a loop over time.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, []
    for t in range(inputs.shape[1]):
        h = rnn_cell(inputs[:, t], h, W_x, W_h, b)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h
