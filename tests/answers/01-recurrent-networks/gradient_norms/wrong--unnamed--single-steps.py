# Wrong: the norms of the single steps, not of their product.
import torch

def gradient_norms(W_h, states):
    norms = torch.ones(len(states), dtype=W_h.dtype)
    for t in range(len(states) - 1):
        norms[t] = torch.linalg.matrix_norm((1 - states[t + 1] ** 2)[:, None] * W_h, ord=2)
    return norms
