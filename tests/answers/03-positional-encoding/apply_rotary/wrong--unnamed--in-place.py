# Wrong: turns the caller's x in place.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = positions.to(x.dtype)[:, None] * base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    even, odd = x[..., 0::2].clone(), x[..., 1::2].clone()
    x[..., 0::2] = even * angle.cos() - odd * angle.sin()
    x[..., 1::2] = even * angle.sin() + odd * angle.cos()
    return x
