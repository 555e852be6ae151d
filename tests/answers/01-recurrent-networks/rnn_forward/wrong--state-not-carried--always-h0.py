# Wrong: every step starts from h_0.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    outputs = []
    for t in range(inputs.shape[1]):
        h = torch.tanh(inputs[:, t] @ W_x.T + h_0 @ W_h.T + b)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h
