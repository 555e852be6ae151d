# Wrong: draws a permutation of its own.
import torch

def permutation_gap(layer, x, permutation):
    permutation = torch.randperm(x.shape[1])
    return (layer(x)[:, permutation] - layer(x[:, permutation])).abs().max().item()
