# Wrong: a float mask.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    return ((t[:, None] - t[None, :]).abs() <= window).float()
