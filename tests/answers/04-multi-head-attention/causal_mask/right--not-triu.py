# Right: everything but the strict upper triangle.
import torch

def causal_mask(length: int) -> torch.Tensor:
    """True = may attend."""
    future = torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)
    return torch.logical_not(future)
