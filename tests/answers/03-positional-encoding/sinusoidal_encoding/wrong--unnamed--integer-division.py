# Wrong: // in the exponent makes every frequency 1.
import torch

def sinusoidal_encoding(length, d_model):
    i = torch.arange((d_model + 1) // 2)
    angle = torch.arange(length)[:, None] / 10000 ** (2 * i // d_model)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)[:, :d_model]
