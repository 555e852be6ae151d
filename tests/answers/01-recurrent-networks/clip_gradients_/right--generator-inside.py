# Right: typed, sum of dot products, copy_ of the scaled gradient; prints what it does.
from typing import Iterable
import torch
from torch import nn

@torch.no_grad()
def clip_gradients_(parameters: Iterable[nn.Parameter], max_norm: float) -> float:
    with_grad = tuple(p for p in parameters if p.grad is not None)
    norm = sum(float(torch.dot(p.grad.reshape(-1), p.grad.reshape(-1))) for p in with_grad) ** 0.5
    if norm <= max_norm:
        print(f"norm {norm:.3f}, nothing to clip")
        return norm
    for p in with_grad:
        p.grad.copy_(p.grad * (max_norm / norm))
    return norm
