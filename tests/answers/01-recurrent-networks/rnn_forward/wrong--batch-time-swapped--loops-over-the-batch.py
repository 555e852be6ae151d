# Wrong: takes the first axis for time, the loop runs over sentences.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, []
    for x in inputs:
        h = torch.tanh(x @ W_x.T + h @ W_h.T + b)
        outputs.append(h)
    return torch.stack(outputs), h
