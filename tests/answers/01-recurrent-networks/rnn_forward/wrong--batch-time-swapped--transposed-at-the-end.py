# Wrong: the outputs are right and then turned to time first.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    outputs = torch.empty(inputs.shape[0], inputs.shape[1], W_h.shape[0], dtype=inputs.dtype)
    h = h_0
    for t in range(inputs.shape[1]):
        h = torch.tanh(inputs[:, t] @ W_x.T + h @ W_h.T + b)
        outputs[:, t] = h
    return outputs.transpose(0, 1), h
