# Right: position by position, keeping the largest gap so far.
import torch

def permutation_gap(layer, x, permutation):
    with torch.no_grad():
        plain = layer(x)
        shuffled = layer(x[:, permutation])
    worst = 0.0
    for new, old in enumerate(permutation.tolist()):
        gap = (plain[:, old] - shuffled[:, new]).abs().max().item()
        worst = max(worst, gap)
    return worst
