# Wrong: overwrites the caller's x with its permuted version.
import torch

def permutation_gap(layer, x, permutation):
    with torch.no_grad():
        left = layer(x)[:, permutation].clone()
        x.copy_(x[:, permutation].clone())
        return (left - layer(x)).abs().max().item()
