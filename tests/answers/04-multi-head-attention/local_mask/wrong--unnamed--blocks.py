# Wrong: blocks of size window + 1 instead of a sliding window.
import torch

def local_mask(length, window):
    block = torch.arange(length) // (window + 1)
    return block[:, None] == block[None, :]
