# Wrong: the last neighbour on each side is left out.
import torch

def local_mask(length, window):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        for j in range(length):
            if i - window < j < i + window:
                mask[i, j] = True
    return mask
