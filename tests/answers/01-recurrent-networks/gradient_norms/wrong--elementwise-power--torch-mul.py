# Wrong: torch.mul is the elementwise product.
import torch

def gradient_norms(W_h, states):
    norms = []
    for t in range(len(states)):
        J = torch.eye(W_h.shape[0], dtype=states.dtype)
        for s in range(t + 1, len(states)):
            J = torch.mul((1 - states[s] ** 2)[:, None] * W_h, J)
        norms.append(torch.linalg.matrix_norm(J, 2))
    return torch.stack(norms)
