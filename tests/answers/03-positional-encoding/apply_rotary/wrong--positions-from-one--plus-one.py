# Wrong: counts positions from one, everything is turned one step too far.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = (positions.to(x.dtype)[:, None] + 1) * base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    cos, sin = angle.cos(), angle.sin()
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)
