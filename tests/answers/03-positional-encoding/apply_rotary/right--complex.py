# Right: pairs as complex numbers, a rotation is a product with exp(i·angle).
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    freqs = torch.pow(torch.tensor(base, dtype=x.dtype), -torch.arange(0, D, 2, dtype=x.dtype) / D)
    angles = torch.outer(positions.to(x.dtype), freqs)
    z = torch.view_as_complex(x.unflatten(-1, (D // 2, 2)).contiguous())
    return torch.view_as_real(z * torch.polar(torch.ones_like(angles), angles)).flatten(-2)
