# Wrong: counts positions from 0 to length, one too many.
import torch

def causal_mask(length):
    return torch.ones(length + 1, length + 1, dtype=torch.bool).tril()
