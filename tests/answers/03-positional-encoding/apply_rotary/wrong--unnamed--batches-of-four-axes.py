# Wrong: unpacks (B, H, T, D), other ranks crash.
import torch

def apply_rotary(x, positions, base=10000.0):
    B, H, T, D = x.shape
    angle = positions.to(x.dtype)[:, None] * base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    pairs = x.view(B, H, T, D // 2, 2)
    even, odd = pairs[..., 0], pairs[..., 1]
    out = torch.stack((even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos()), -1)
    return out.view(B, H, T, D)
