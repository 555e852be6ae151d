# Wrong: takes window as the full width and halves it.
import torch

def local_mask(length, window):
    t = torch.arange(length)
    return (t[:, None] - t[None, :]).abs() <= window // 2
