# Right: (i-j)² <= window², without an absolute value.
import torch

def local_mask(length, window):
    i = torch.arange(length).view(-1, 1).expand(length, length)
    return torch.pow(i - i.T, 2).le(window * window)
