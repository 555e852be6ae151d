# Right: a cosine is a sine a quarter turn ahead, so one sine with a phase does for all columns.
import math
import torch

def sinusoidal_encoding(length, d_model):
    column = torch.arange(d_model, dtype=torch.float64)
    frequency = 10000 ** (-(column - column % 2) / d_model)
    phase = (column % 2) * math.pi / 2
    t = torch.arange(length, dtype=torch.float64)[:, None]
    return torch.sin(t * frequency + phase).to(torch.float32)
