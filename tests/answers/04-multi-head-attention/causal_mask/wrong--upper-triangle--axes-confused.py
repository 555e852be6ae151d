# Wrong: rows and columns are confused, j runs along the rows.
import torch

def causal_mask(length):
    i = torch.arange(length)[None, :]
    j = torch.arange(length)[:, None]
    return i >= j
