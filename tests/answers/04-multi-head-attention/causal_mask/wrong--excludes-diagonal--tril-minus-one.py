# Wrong: diagonal=-1 leaves the diagonal out, a position may not see itself.
import torch

def causal_mask(length):
    return torch.tril(torch.ones(length, length, dtype=torch.bool), diagonal=-1)
