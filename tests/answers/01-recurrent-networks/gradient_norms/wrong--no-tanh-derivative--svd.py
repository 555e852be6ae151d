# Wrong: the step Jacobian is taken to be W_h.
import torch

def gradient_norms(W_h, states):
    J, out = torch.eye(W_h.shape[0], dtype=W_h.dtype), []
    for _ in states:
        out.insert(0, torch.linalg.svdvals(J).max())
        J = W_h @ J
    return torch.stack(out)
