# Wrong: going backwards in time, each new step belongs on the right and is put on the left.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    J = torch.eye(H, dtype=W_h.dtype)
    norms = torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = torch.diag(1 - states[t + 1] ** 2) @ W_h @ J
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
