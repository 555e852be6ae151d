# Wrong: takes the tanh derivative at h_t instead of h_{t+1}.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    J, norms = torch.eye(H, dtype=W_h.dtype), torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = J @ torch.diag(1 - states[t] ** 2) @ W_h
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
