# Wrong: the upper triangle, every position sees itself and the future.
import torch

def causal_mask(length):
    return torch.triu(torch.ones(length, length, dtype=torch.bool))
