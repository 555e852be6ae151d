# Wrong: the matrix for a single step, multiplied by the offset.
import math
import torch

def shift_matrix(offset, d_model):
    M = torch.zeros(d_model, d_model)
    for i in range(0, d_model, 2):
        a = 1 / 10000 ** (i / d_model)
        M[i:i + 2, i:i + 2] = torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    return offset * M
