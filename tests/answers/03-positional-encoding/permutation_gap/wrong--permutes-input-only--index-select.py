# Wrong: permutes only what goes in.
import torch

def permutation_gap(layer, x, permutation):
    with torch.no_grad():
        shuffled = x.index_select(1, permutation)
        return (layer(shuffled) - layer(x)).abs().amax()
