# Right: fills an empty tensor, pairs as a last axis of two, typed.
import torch
from torch import Tensor

def apply_rotary(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    half = x.shape[-1] // 2
    exponent = torch.arange(half, dtype=x.dtype, device=x.device).mul(2).div(x.shape[-1])
    angle = positions.to(dtype=x.dtype).unsqueeze(-1) / torch.pow(base, exponent)
    pairs = x.reshape(*x.shape[:-1], half, 2)
    first, second = pairs.unbind(dim=-1)
    out = torch.empty_like(x)
    out[..., 0::2] = first * angle.cos() - second * angle.sin()
    out[..., 1::2] = second * angle.cos() + first * angle.sin()
    return out
