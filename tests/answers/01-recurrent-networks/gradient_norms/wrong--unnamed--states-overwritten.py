# Wrong: the numbers are right, but the caller's states become their tanh derivatives.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    states.pow_(2).neg_().add_(1)
    J, norms = torch.eye(H, dtype=W_h.dtype), torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = J @ (states[t + 1][:, None] * W_h)
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
