# Right: torch.where keeps the second mask's value where the first is True; prints each shape.
import torch

def combine_masks(*masks):
    total = None
    for number, mask in enumerate(masks):
        print(number, None if mask is None else tuple(mask.shape))
        if mask is not None:
            total = mask.clone() if total is None else torch.where(total, mask, torch.zeros_like(mask))
    return total
