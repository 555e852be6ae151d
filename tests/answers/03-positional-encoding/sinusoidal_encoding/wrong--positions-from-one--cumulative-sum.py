# Wrong: positions as the running sum of ones, which starts at one.
import torch

def sinusoidal_encoding(length, d_model):
    t = torch.ones(length, dtype=torch.float64).cumsum(0)
    i = torch.arange((d_model + 1) // 2, dtype=torch.float64)
    angle = t[:, None] * 10000.0 ** (-2 * i / d_model)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:, :d_model].float()
