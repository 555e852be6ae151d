# Wrong: cut from a table of 100 positions, too short for longer sequences.
import torch

def sinusoidal_encoding(length, d_model):
    i = torch.arange((d_model + 1) // 2, dtype=torch.float64)
    angle = torch.arange(100, dtype=torch.float64)[:, None] * 10000.0 ** (-2 * i / d_model)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:length, :d_model].float()
