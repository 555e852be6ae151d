# Right: hidden where any mask hides (De Morgan).
from typing import Optional
import torch
from torch import Tensor

def combine_masks(*masks: Optional[Tensor]) -> Optional[Tensor]:
    hidden: Optional[Tensor] = None
    for mask in masks:
        if mask is not None:
            hidden = ~mask if hidden is None else torch.logical_or(hidden, ~mask)
    return None if hidden is None else ~hidden
