# Right: NumPy has this matrix ready-made.
import numpy as np
import torch

def causal_mask(length):
    return torch.from_numpy(np.tri(length, dtype=bool))
