# Right: sin and cos stacked in pairs, flattened, and cut to an odd width if need be.
import torch

def sinusoidal_encoding(length, d_model):
    i = torch.arange((d_model + 1) // 2, dtype=torch.float64)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), 10000.0 ** (-2 * i / d_model))
    pairs = torch.stack((angles.sin(), angles.cos()), dim=-1)
    return pairs.flatten(1)[:, :d_model].float()
