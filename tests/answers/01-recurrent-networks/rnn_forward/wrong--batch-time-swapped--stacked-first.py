# Wrong: stacks along axis 0, outputs are (T, B, H).
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    h, outputs = h_0, []
    for t in range(inputs.shape[1]):
        h = torch.tanh(inputs[:, t] @ W_x.T + h @ W_h.T + b)
        outputs.append(h)
    return torch.stack(outputs), h
