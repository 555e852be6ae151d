# Wrong: float64 instead of float32.
import math
import torch

def shift_matrix(offset, d_model):
    M = torch.zeros(d_model, d_model, dtype=torch.float64)
    for i in range(0, d_model, 2):
        a = offset / 10000 ** (i / d_model)
        M[i:i + 2, i:i + 2] = torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    return M
