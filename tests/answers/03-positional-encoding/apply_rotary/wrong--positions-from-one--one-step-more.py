# Wrong: adds one more step of each frequency.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    theta = base ** (-torch.arange(0, D, 2, dtype=x.dtype) / D)
    angle = (positions.to(x.dtype)[:, None] * theta + theta).repeat_interleave(2, dim=-1)
    turned = torch.stack([-x[..., 1::2], x[..., 0::2]], dim=-1).flatten(-2)
    return x * angle.cos() + turned * angle.sin()
