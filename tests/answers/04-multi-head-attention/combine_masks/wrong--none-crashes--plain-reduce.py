# Wrong: folds over all arguments, a None among them raises a TypeError.
from functools import reduce
import torch

def combine_masks(*masks):
    if not masks:
        return None
    return reduce(torch.logical_and, masks)
