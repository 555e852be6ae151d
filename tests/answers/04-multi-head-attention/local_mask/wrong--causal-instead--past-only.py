# Wrong: only the past side of the window.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    distance = t[:, None] - t[None, :]
    return (distance >= 0) & (distance <= window)
