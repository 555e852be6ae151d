# Right: a rotation is the exponential of its generator.
import torch

def shift_matrix(offset, d_model):
    A = torch.zeros(d_model, d_model, dtype=torch.float64)
    for i in range(0, d_model, 2):
        A[i, i + 1] = 10000.0 ** (-i / d_model)
        A[i + 1, i] = -A[i, i + 1]
    return torch.matrix_exp(offset * A).float()
