# Right: starts from a copy, so that the in-place conjunction touches no input.
import torch

def combine_masks(*masks):
    present = tuple(m for m in masks if m is not None)
    if not present:
        return None
    shape = torch.broadcast_shapes(*(m.shape for m in present))
    out = torch.ones(shape, dtype=torch.bool, device=present[0].device)
    for m in present:
        out &= m
    return out
