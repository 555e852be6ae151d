# Right: entry by entry.
import torch

def local_mask(length, window):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        for j in range(length):
            mask[i, j] = abs(i - j) <= window
    return mask
