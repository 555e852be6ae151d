# Right: typed, values transposed so that the weights stand on the right.
from typing import Optional, Tuple
import torch
from torch import Tensor

def attend(scores: Tensor, values: Tensor, mask: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
    """(context, weights) with weights zero wherever the mask is False."""
    if mask is None:
        weights = torch.exp(scores.log_softmax(dim=-1))
    else:
        empty = ~mask.any(dim=-1, keepdim=True)
        weights = scores.masked_fill(~mask & ~empty, float("-inf")).softmax(dim=-1).masked_fill(empty, 0.0)
    context = values.transpose(1, 2).matmul(weights.unsqueeze(2)).squeeze(2)
    return context, weights
