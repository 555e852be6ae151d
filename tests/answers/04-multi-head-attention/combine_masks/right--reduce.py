# Right: filters the Nones and folds with logical_and.
from functools import reduce
import torch

def combine_masks(*masks):
    present = [m for m in masks if m is not None]
    return reduce(torch.logical_and, present) if present else None
