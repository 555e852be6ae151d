# Right: every angle twice, then sin and cos by parity; prints the shape and warns about odd widths.
import warnings
import torch

def sinusoidal_encoding(length, d_model):
    if d_model % 2:
        warnings.warn("odd d_model: the last sine has no cosine")
    exponents = torch.arange(0, d_model, 2) / d_model
    angles = torch.arange(length).float().view(-1, 1) / torch.pow(torch.tensor(10000.0), exponents)
    angles = angles.repeat_interleave(2, dim=1)[:, :d_model]
    even = torch.arange(d_model) % 2 == 0
    pe = torch.where(even, angles.sin(), angles.cos())
    print(pe.shape)
    return pe
