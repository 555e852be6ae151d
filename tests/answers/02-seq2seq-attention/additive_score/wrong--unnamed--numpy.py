# Wrong: through NumPy, without a gradient.
import numpy as np
import torch

def additive_score(query, keys, W_q, W_k, v):
    q, k, a, b, c = (t.detach().numpy() for t in (query, keys, W_q, W_k, v))
    return torch.from_numpy(np.tanh((q @ a.T)[:, None] + k @ b.T) @ c)
