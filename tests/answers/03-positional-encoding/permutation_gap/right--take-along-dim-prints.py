# Right: take_along_dim, the larger of the largest and minus the smallest difference; prints it.
import torch

def permutation_gap(layer, x, permutation):
    before, after = layer(x), layer(torch.take_along_dim(x, permutation[None, :, None], dim=1))
    difference = torch.take_along_dim(before, permutation.view(1, -1, 1), dim=1) - after
    gap = max(difference.max().item(), -difference.min().item())
    print(f"gap {gap:.3g}")
    return gap
