# Wrong: torch.linalg.matrix_power of W_h, the states are used only for their number.
import torch

def gradient_norms(W_h, states):
    T = len(states)
    return torch.stack([torch.linalg.matrix_norm(torch.linalg.matrix_power(W_h, T - 1 - t), 2) for t in range(T)])
