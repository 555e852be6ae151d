# Wrong: a position may see its neighbours but not itself.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    distance = (t[:, None] - t[None, :]).abs()
    return (distance <= window) & (distance > 0)
