# Wrong: pairs feature i with i + D/2 (the layout of other implementations) instead of 2i with 2i+1.
import torch

def rotate_half(x):
    a, b = x.chunk(2, dim=-1)
    return torch.cat((-b, a), dim=-1)

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    theta = base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    angle = positions.to(x.dtype)[:, None] * theta
    angle = torch.cat((angle, angle), dim=-1)
    return x * angle.cos() + rotate_half(x) * angle.sin()
