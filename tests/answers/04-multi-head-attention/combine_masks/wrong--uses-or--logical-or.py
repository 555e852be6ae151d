# Wrong: folds with logical_or.
from functools import reduce
import torch

def combine_masks(*masks):
    masks = [m for m in masks if m is not None]
    if not masks:
        return None
    return reduce(torch.logical_or, masks)
