# Right: each row is True from i - window to i + window, cut off at the borders.
import torch

def local_mask(length, window):
    mask = torch.full((length, length), False)
    for i in range(length):
        start = max(0, i - window)
        stop = min(length, i + window + 1)
        mask[i, start:stop] = True
    return mask
