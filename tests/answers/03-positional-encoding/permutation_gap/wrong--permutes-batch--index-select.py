# Wrong: index_select along axis 0, the sentences.
import torch

def permutation_gap(layer, x, permutation):
    left = torch.index_select(layer(x), 0, permutation)
    right = layer(torch.index_select(x, 0, permutation))
    return (left - right).abs().max()
