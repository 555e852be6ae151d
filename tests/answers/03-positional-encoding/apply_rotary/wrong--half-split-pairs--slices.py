# Wrong: the first half is rotated against the second half.
import torch

def apply_rotary(x, positions, base=10000.0):
    half = x.shape[-1] // 2
    theta = base ** (-2 * torch.arange(half, dtype=x.dtype) / x.shape[-1])
    angle = torch.outer(positions.to(x.dtype), theta)
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * angle.cos() - second * angle.sin(), first * angle.sin() + second * angle.cos()], -1)
