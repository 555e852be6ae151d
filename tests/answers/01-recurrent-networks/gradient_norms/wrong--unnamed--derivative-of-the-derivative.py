# Wrong: applies tanh to the states, which are tanh values already.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    J, norms = torch.eye(H, dtype=W_h.dtype), torch.ones(T, dtype=W_h.dtype)
    for t in range(T - 2, -1, -1):
        J = J @ torch.diag(1 - torch.tanh(states[t + 1]) ** 2) @ W_h
        norms[t] = torch.linalg.matrix_norm(J, ord=2)
    return norms
