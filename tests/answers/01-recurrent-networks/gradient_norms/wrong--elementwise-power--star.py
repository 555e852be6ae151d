# Wrong: * multiplies the Jacobians entry by entry.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    J = torch.eye(H, dtype=W_h.dtype)
    norms = torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = J * (torch.diag(1 - states[t + 1] ** 2) @ W_h)
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
