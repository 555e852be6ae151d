# Wrong: W_h ** k raises every entry to the power, times the product of the tanh derivatives.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    norms = torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 1):
        derivative = (1 - states[t + 1:] ** 2).prod(dim=0)
        norms[t] = torch.linalg.matrix_norm(derivative[:, None] * W_h ** (T - 1 - t), ord=2)
    return norms
