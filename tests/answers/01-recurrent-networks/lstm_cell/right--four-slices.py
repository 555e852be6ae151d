# Right: each gate from its own rows of the weights.
import torch

def lstm_cell(x, h, c, W_x, W_h, b):
    H = h.shape[1]
    def gate(k, activation):
        rows = slice(k * H, (k + 1) * H)
        return activation(x @ W_x[rows].T + h @ W_h[rows].T + b[rows])
    input_gate = gate(0, torch.sigmoid)
    forget_gate = gate(1, torch.sigmoid)
    candidate = gate(2, torch.tanh)
    output_gate = gate(3, torch.sigmoid)
    new_c = forget_gate * c + input_gate * candidate
    return output_gate * torch.tanh(new_c), new_c
