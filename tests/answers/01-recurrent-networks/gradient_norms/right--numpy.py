# Right: a measurement, so NumPy will do; the spectral norm is the largest singular value.
import numpy as np
import torch

def gradient_norms(W_h, states):
    W, h = W_h.detach().double().numpy(), states.detach().double().numpy()
    J, norms = np.eye(W.shape[0]), [1.0]
    for t in range(len(h) - 1, 0, -1):
        J = J @ np.diag(1 - h[t] ** 2) @ W
        norms.append(np.linalg.svd(J, compute_uv=False).max())
    return torch.tensor(norms[::-1], dtype=states.dtype)
