# Wrong: the second line already uses the turned even features.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = positions.to(x.dtype)[:, None] * base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    even, odd = x[..., 0::2], x[..., 1::2]
    even = even * angle.cos() - odd * angle.sin()
    odd = even * angle.sin() + odd * angle.cos()
    return torch.stack((even, odd), -1).flatten(-2)
