# Right: sets True at the indices of the lower triangle.
import torch

def causal_mask(length):
    mask = torch.full((length, length), False)
    rows, cols = torch.tril_indices(length, length)
    mask[rows, cols] = True
    return mask
