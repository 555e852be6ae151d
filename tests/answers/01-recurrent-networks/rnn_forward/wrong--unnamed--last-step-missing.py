# Wrong: the loop ends one step too early.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, [torch.tanh(inputs[:, 0] @ W_x.T + h_0 @ W_h.T + b)]
    for t in range(1, inputs.shape[1] - 1):
        outputs.append(torch.tanh(inputs[:, t] @ W_x.T + outputs[-1] @ W_h.T + b))
    return torch.stack(outputs, 1), outputs[-1]
