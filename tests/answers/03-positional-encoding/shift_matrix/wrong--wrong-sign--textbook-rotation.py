# Wrong: the textbook's rotation matrix, for (x, y) = (cos, sin), turns (sin, cos) the wrong way.
import math
import torch

def shift_matrix(offset, d_model):
    M = torch.zeros(d_model, d_model)
    for i in range(d_model // 2):
        angle = offset / 10000 ** (2 * i / d_model)
        M[2 * i, 2 * i] = M[2 * i + 1, 2 * i + 1] = math.cos(angle)
        M[2 * i, 2 * i + 1] = -math.sin(angle)
        M[2 * i + 1, 2 * i] = math.sin(angle)
    return M
