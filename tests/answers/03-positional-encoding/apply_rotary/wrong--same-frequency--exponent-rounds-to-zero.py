# Wrong: integer division makes every exponent 0, so every frequency is 1.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    theta = base ** (-(torch.arange(0, D, 2) // D).to(x.dtype))
    angle = torch.outer(positions.to(x.dtype), theta)
    z = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(z * torch.polar(torch.ones_like(angle), angle)).flatten(-2)
