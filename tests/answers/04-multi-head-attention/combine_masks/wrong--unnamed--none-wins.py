# Wrong: one None makes the whole result None.
import torch
from functools import reduce

def combine_masks(*masks):
    if any(m is None for m in masks) or not masks:
        return None
    return reduce(torch.logical_and, masks)
