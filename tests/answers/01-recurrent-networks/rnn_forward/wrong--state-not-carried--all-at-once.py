# Wrong: all steps in one product, each with the first state.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    outputs = torch.tanh(inputs @ W_x.T + (h_0 @ W_h.T).unsqueeze(1) + b)
    return outputs, outputs[:, -1]
