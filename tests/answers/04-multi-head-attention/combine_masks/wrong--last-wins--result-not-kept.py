# Wrong: logical_and returns a new tensor that is thrown away, and the loop variable is returned.
import torch

def combine_masks(*masks):
    found = None
    for m in reversed(masks):
        if m is None:
            continue
        if found is None:
            found = m
        else:
            torch.logical_and(found, m)
    return found
