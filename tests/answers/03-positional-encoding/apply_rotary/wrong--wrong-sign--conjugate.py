# Wrong: multiplies by exp(-i·angle).
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = torch.outer(positions.to(x.dtype), base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D))
    z = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(z * torch.polar(torch.ones_like(angle), -angle)).flatten(-2)
