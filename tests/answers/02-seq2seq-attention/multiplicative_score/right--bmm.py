# Right: torch.bmm with an identity when no matrix is given, typed.
from typing import Optional
import torch
from torch import Tensor

def multiplicative_score(query: Tensor, keys: Tensor, W: Optional[Tensor] = None) -> Tensor:
    matrix = torch.eye(query.shape[-1], dtype=query.dtype, device=query.device) if W is None else W
    left = torch.mm(query, matrix).unsqueeze(1)                # (B, 1, D_k)
    return torch.bmm(left, keys.transpose(1, 2))[:, 0, :]
