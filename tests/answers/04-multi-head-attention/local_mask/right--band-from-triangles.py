# Right: the band between two triangles.
import torch

def local_mask(length: int, window: int) -> torch.Tensor:
    ones = torch.ones(length, length, dtype=torch.bool)
    return torch.tril(ones, diagonal=window) & torch.triu(ones, diagonal=-window)
