# Wrong: the angle is that of -offset.
import torch

def shift_matrix(offset, d_model):
    A = torch.zeros(d_model, d_model, dtype=torch.float64)
    for i in range(0, d_model, 2):
        A[i, i + 1], A[i + 1, i] = 10000.0 ** (-i / d_model), -10000.0 ** (-i / d_model)
    return torch.matrix_exp(-offset * A).float()
