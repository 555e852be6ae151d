# Wrong: float64 instead of float32.
import numpy as np
import torch

def sinusoidal_encoding(length, d_model):
    t, j = np.arange(length)[:, None], np.arange(d_model)[None, :]
    angle = t / 10000 ** (2 * (j // 2) / d_model)
    return torch.from_numpy(np.where(j % 2 == 0, np.sin(angle), np.cos(angle)))
