# Wrong: three diagonals whatever the window.
import torch

def local_mask(length, window):
    ones = torch.ones(length, length, dtype=torch.bool)
    return ones.tril(1) & ones.triu(-1)
