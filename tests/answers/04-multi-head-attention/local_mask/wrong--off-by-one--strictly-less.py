# Wrong: < instead of <=, the band is one too narrow on both sides.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    return (t[:, None] - t[None, :]).abs() < window
