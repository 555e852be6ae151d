# Right: torch.block_diag of small rotation matrices.
import torch

def rotation(angle):
    c, s = torch.cos(angle), torch.sin(angle)
    return torch.stack([torch.stack([c, s]), torch.stack([-s, c])])

def shift_matrix(offset: int, d_model: int) -> torch.Tensor:
    frequencies = torch.tensor([10000.0 ** (-2 * i / d_model) for i in range(d_model // 2)], dtype=torch.float64)
    return torch.block_diag(*[rotation(offset * w) for w in frequencies]).float()
