# Wrong: indexes past the borders of the sequence and crashes.
import torch

def local_mask(length, window):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        for offset in range(-window, window + 1):
            mask[i, i + offset] = True
    return mask
