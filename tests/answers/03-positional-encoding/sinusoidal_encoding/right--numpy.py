# Right: the formula in NumPy doubles, handed over as float32.
import numpy as np
import torch

def sinusoidal_encoding(length, d_model):
    t = np.arange(length)[:, None]
    j = np.arange(d_model)[None, :]
    angle = t / np.power(10000, 2 * (j // 2) / d_model)
    table = np.where(j % 2 == 0, np.sin(angle), np.cos(angle))
    return torch.from_numpy(table.astype(np.float32))
