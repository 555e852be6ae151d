# Right: x·cos + rotated(x)·sin, where rotated turns each neighbouring pair (a, b) into (-b, a).
import torch

def rotate_pairs(x):
    a, b = x[..., ::2], x[..., 1::2]
    return torch.stack([-b, a], dim=-1).reshape(x.shape)

def apply_rotary(x, positions, base=10000.0):
    d = x.size(-1)
    inv_freq = 1.0 / (base ** (torch.arange(0, d, 2, dtype=x.dtype, device=x.device) / d))
    angles = torch.einsum("t,f->tf", positions.type_as(x), inv_freq).repeat_interleave(2, dim=-1)
    return x * torch.cos(angles) + rotate_pairs(x) * torch.sin(angles)
