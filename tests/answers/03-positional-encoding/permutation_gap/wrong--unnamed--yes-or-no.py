# Wrong: answers whether there is a gap instead of how large it is.
import torch

def permutation_gap(layer, x, permutation):
    return float(not torch.allclose(layer(x)[:, permutation], layer(x[:, permutation])))
