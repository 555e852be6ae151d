# Wrong: a slice's end is exclusive, so the neighbour at i + window is lost.
import torch

def local_mask(length, window):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        mask[i, max(0, i - window):i + window] = True
    return mask
