# Wrong: collects the state from before each step, outputs are one step late.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, []
    for x in inputs.unbind(1):
        outputs.append(h)
        h = torch.tanh(x @ W_x.T + h @ W_h.T + b)
    return torch.stack(outputs, 1), h
