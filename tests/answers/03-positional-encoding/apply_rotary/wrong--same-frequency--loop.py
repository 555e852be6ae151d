# Wrong: the loop turns each pair by the same angle.
import torch

def apply_rotary(x, positions, base=10000.0):
    out = x.clone()
    a = positions.to(x.dtype) / base ** 0
    for i in range(0, x.shape[-1], 2):
        out[..., i] = x[..., i] * a.cos() - x[..., i + 1] * a.sin()
        out[..., i + 1] = x[..., i] * a.sin() + x[..., i + 1] * a.cos()
    return out
