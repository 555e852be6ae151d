# Right: rotates even and odd features by hand and interleaves them again.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    i = torch.arange(0, D, 2, dtype=x.dtype, device=x.device)
    theta = base ** (-i / D)
    angle = positions.to(x.dtype)[:, None] * theta          # (T, D/2)
    cos, sin = angle.cos(), angle.sin()
    even, odd = x[..., 0::2], x[..., 1::2]
    rotated = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)
    return rotated.flatten(-2)
