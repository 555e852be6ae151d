# Right: multiplies step Jacobians diag(1 - h²) W_h from the end of the sequence to its start.
import torch

def gradient_norms(W_h, states):
    T, H = states.shape
    jacobian = torch.eye(H, dtype=W_h.dtype, device=W_h.device)
    norms = torch.ones(T, dtype=W_h.dtype, device=W_h.device)
    for t in range(T - 2, -1, -1):
        step = torch.diag(1 - states[t + 1] ** 2) @ W_h           # dh_{t+1} / dh_t
        jacobian = jacobian @ step
        norms[t] = torch.linalg.matrix_norm(jacobian, ord=2)
    return norms
