# Wrong: multiplies one-step matrices in a loop, which does nothing for negative offsets.
import math
import torch

def shift_matrix(offset, d_model):
    one = torch.zeros(d_model, d_model, dtype=torch.float64)
    for i in range(0, d_model, 2):
        a = 1 / 10000 ** (i / d_model)
        one[i:i + 2, i:i + 2] = torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    M = torch.eye(d_model, dtype=torch.float64)
    for _ in range(offset):
        M = one @ M
    return M.float()
