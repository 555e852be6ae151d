# Wrong: top k off by one, rank.
import torch
from torch import Tensor
from typing import Optional

def filter_logits(logits: Tensor, temperature: float = 1.0, top_k: Optional[int] = None,
                  top_p: Optional[float] = None) -> Tensor:
    scaled = logits / temperature
    order = scaled.argsort(dim=-1, descending=True)
    rank = order.argsort(dim=-1)
    keep = torch.ones_like(scaled, dtype=torch.bool)
    if top_k is not None:
        keep &= rank <= top_k
    if top_p is not None:
        p = torch.where(keep, scaled, -torch.inf).softmax(-1).gather(-1, order)
        shifted = torch.cat([torch.zeros_like(p[..., :1]), p.cumsum(-1)[..., :-1]], dim=-1)
        keep &= (shifted < top_p).gather(-1, rank) | (rank == 0)
    return scaled.where(keep, torch.tensor(-torch.inf, dtype=scaled.dtype, device=scaled.device))
