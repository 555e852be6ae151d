# Wrong: cut out of a table for eight positions, so longer sequences get too small a mask.
import torch

_TABLE = torch.ones(8, 8, dtype=torch.bool).tril()

def causal_mask(length):
    return _TABLE[:length, :length]
