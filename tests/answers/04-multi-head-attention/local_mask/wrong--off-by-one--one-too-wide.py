# Wrong: one neighbour too many on each side.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    return (t[:, None] - t[None, :]).abs() <= window + 1
