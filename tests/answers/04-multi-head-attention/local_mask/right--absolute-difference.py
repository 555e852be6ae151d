# Right: the distance between positions, compared with the window.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    return (t[:, None] - t[None, :]).abs() <= window
