# Wrong: at the start the index i - window is negative and marks keys at the end of the sequence.
import torch

def local_mask(length, window):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        for offset in range(-window, window + 1):
            mask[i, (i + offset) % length] = True
    return mask
