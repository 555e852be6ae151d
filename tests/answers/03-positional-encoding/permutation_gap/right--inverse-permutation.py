# Right: undoes the permutation on the other side; the same differences in another order.
import torch

def permutation_gap(layer, x, permutation):
    inverse = torch.argsort(permutation)
    back = layer(x[:, permutation, :])[:, inverse]
    return float((layer(x) - back).abs().max())
