# Wrong: the triangles start one diagonal too close.
import torch

def local_mask(length, window):
    ones = torch.ones(length, length, dtype=torch.bool)
    return ones.tril(window - 1) & ones.triu(1 - window)
