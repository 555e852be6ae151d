# Wrong: powers of W_h alone, as if the recurrence were linear.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    J = torch.eye(H, dtype=W_h.dtype)
    norms = torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = J @ W_h
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
