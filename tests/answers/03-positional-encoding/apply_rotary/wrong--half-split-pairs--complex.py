# Wrong: real parts from the first half of the features, imaginary parts from the second.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    angle = torch.outer(positions.to(x.dtype), base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D))
    z = torch.complex(x[..., : D // 2].contiguous(), x[..., D // 2:].contiguous())
    z = z * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([z.real, z.imag], dim=-1)
