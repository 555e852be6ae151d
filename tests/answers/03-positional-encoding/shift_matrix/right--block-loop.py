# Right: one 2x2 rotation per frequency on the diagonal.
import math
import torch

def shift_matrix(offset, d_model):
    M = torch.zeros(d_model, d_model)
    for i in range(d_model // 2):
        angle = offset / 10000 ** (2 * i / d_model)
        M[2 * i, 2 * i] = math.cos(angle)
        M[2 * i, 2 * i + 1] = math.sin(angle)
        M[2 * i + 1, 2 * i] = -math.sin(angle)
        M[2 * i + 1, 2 * i + 1] = math.cos(angle)
    return M
