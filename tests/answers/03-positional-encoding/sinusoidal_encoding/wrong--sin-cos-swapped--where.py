# Wrong: the branches of where are exchanged.
import numpy as np
import torch

def sinusoidal_encoding(length, d_model):
    t, j = np.arange(length)[:, None], np.arange(d_model)[None, :]
    angle = t / 10000 ** (2 * (j // 2) / d_model)
    return torch.tensor(np.where(j % 2, np.sin(angle), np.cos(angle)), dtype=torch.float32)
