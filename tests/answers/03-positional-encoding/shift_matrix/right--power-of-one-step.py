# Right: the matrix of a single step, raised to the power of the offset (negative powers step back).
import numpy as np
import torch

def shift_matrix(offset, d_model):
    one = np.zeros((d_model, d_model))
    even = np.arange(0, d_model, 2)
    w = 10000.0 ** (-even / d_model)
    one[even, even] = one[even + 1, even + 1] = np.cos(w)
    one[even, even + 1] = np.sin(w)
    one[even + 1, even] = -np.sin(w)
    return torch.tensor(np.linalg.matrix_power(one, offset), dtype=torch.float32)
