# Right: neither too far behind nor too far ahead.
import torch

def local_mask(length, window):
    rows, cols = torch.meshgrid(torch.arange(length), torch.arange(length), indexing="ij")
    near_enough_ahead = cols <= rows + window
    near_enough_behind = cols >= rows - window
    return near_enough_ahead.logical_and(near_enough_behind)
