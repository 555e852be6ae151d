# Wrong: shape (1, 1, T, T) instead of (T, T).
import torch

def causal_mask(length):
    return torch.ones(length, length, dtype=torch.bool).tril()[None, None]
