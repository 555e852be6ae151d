# Wrong: the product of the steps' norms is only an upper bound.
import torch

def gradient_norms(W_h, states):
    T, _ = states.shape
    norms = torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        norms[t] = norms[t + 1] * torch.linalg.matrix_norm((1 - states[t + 1] ** 2)[:, None] * W_h, ord=2)
    return norms
