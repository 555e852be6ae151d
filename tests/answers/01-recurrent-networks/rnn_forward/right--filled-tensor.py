# Right: writes into a prepared tensor; prints the norm of each state.
import torch

def rnn_forward(inputs, h_0, W_x, W_h, b):
    outputs = inputs.new_zeros(inputs.size(0), inputs.size(1), W_h.size(0))
    h = h_0
    for t in range(inputs.size(1)):
        h = torch.tanh(inputs[:, t].matmul(W_x.t()) + h.matmul(W_h.t()) + b)
        print(t, h.norm().item())
        outputs[:, t] = h
    return outputs, h
