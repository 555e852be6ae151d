# Right: index_select on the time axis, no gradient, a Python float.
import torch

@torch.no_grad()
def permutation_gap(layer, x, permutation):
    output_then_permute = torch.index_select(layer(x), 1, permutation)
    permute_then_output = layer(torch.index_select(x, 1, permutation))
    return torch.max(torch.abs(output_then_permute - permute_then_output)).item()
