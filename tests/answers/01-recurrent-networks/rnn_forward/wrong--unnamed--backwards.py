# Wrong: reads the sequence from its end.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, []
    for t in reversed(range(inputs.shape[1])):
        h = torch.tanh(inputs[:, t] @ W_x.T + h @ W_h.T + b)
        outputs.insert(0, h)
    return torch.stack(outputs, 1), h
