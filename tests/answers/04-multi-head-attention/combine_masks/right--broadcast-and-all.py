# Right: broadcasts all of them against each other, stacks and asks for all.
import torch

def combine_masks(*masks):
    kept = list(filter(lambda m: m is not None, masks))
    if len(kept) == 0:
        return None
    return torch.stack(torch.broadcast_tensors(*kept)).all(dim=0)
