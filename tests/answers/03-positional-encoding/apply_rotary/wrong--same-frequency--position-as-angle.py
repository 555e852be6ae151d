# Wrong: every pair is turned by the position itself.
import torch

def apply_rotary(x, positions, base=10000.0):
    angle = positions.to(x.dtype)[:, None]
    cos, sin = angle.cos(), angle.sin()
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)
