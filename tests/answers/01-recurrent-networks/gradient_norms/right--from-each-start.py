# Right: for every t the product is built from scratch, each step multiplied from the left.
import torch

def gradient_norms(W_h, states):
    norms = []
    for t in range(len(states)):
        J = torch.eye(W_h.shape[0], dtype=states.dtype)
        for s in range(t + 1, len(states)):
            J = (1 - states[s].square()).unsqueeze(1) * W_h @ J
        norms.append(torch.linalg.svdvals(J)[0])
    return torch.stack(norms)
