# Right: the equation in the loop.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    B, T, D = inputs.shape
    states = [h_0]
    for t in range(T):
        x_t = inputs[:, t, :]
        states.append(torch.tanh(x_t @ W_x.T + states[-1] @ W_h.T + b))
    outputs = torch.stack(states[1:], dim=1)
    return outputs, outputs[:, -1]
