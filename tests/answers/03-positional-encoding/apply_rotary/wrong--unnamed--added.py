# Wrong: adds sines and cosines, as a sinusoidal encoding does, instead of turning.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = positions.to(x.dtype)[:, None] * base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    return x + torch.stack((angle.sin(), angle.cos()), -1).flatten(-2)
