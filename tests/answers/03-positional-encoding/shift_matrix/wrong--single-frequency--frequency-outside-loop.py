# Wrong: the frequency is computed before the loop, for i = 0.
import math
import torch

def shift_matrix(offset, d_model):
    M = torch.zeros(d_model, d_model)
    i = 0
    frequency = 1 / 10000 ** (2 * i / d_model)
    for i in range(d_model // 2):
        c, s = math.cos(offset * frequency), math.sin(offset * frequency)
        M[2 * i: 2 * i + 2, 2 * i: 2 * i + 2] = torch.tensor([[c, s], [-s, c]])
    return M
