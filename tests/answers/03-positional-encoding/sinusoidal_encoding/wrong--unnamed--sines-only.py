# Wrong: sine in every column.
import torch

def sinusoidal_encoding(length, d_model):
    j = torch.arange(d_model, dtype=torch.float64)
    angle = torch.arange(length, dtype=torch.float64)[:, None] * 10000.0 ** (-2 * (j // 2) / d_model)
    return angle.sin().float()
