# Wrong: lines the positions up with axis 1, which is time only for (B, T, D).
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = positions.to(x.dtype)[:, None] * base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    angle = angle.reshape(1, len(positions), *[1] * (x.dim() - 3), D // 2)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos()), -1).flatten(-2)
