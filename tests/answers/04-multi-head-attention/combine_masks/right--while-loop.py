# Right: a while loop over the masks that are left, and a warning when there are none.
import warnings
import torch

def combine_masks(*masks):
    rest = [m for m in masks if isinstance(m, torch.Tensor)]
    if not rest:
        warnings.warn("no mask left")
        return None
    result = rest.pop(0)
    while rest:
        result = torch.logical_and(result, rest.pop(0))
    return result
