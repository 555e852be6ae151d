# Wrong: the derivative scales W_h's columns instead of its rows.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    J, norms = torch.eye(H, dtype=W_h.dtype), torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = J @ (W_h * (1 - states[t + 1] ** 2))
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
