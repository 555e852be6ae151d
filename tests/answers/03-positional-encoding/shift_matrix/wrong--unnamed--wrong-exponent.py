# Wrong: 10000^(i/D) for pair i.
import math
import torch

def shift_matrix(offset, d_model):
    M = torch.zeros(d_model, d_model)
    for i in range(d_model // 2):
        a = offset / 10000 ** (i / d_model)
        M[2 * i:2 * i + 2, 2 * i:2 * i + 2] = torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    return M
