# Wrong: each position sees only itself.
import torch

def causal_mask(length):
    return torch.eye(length, dtype=torch.bool)
