# Wrong: torch.zeros without dtype is a float tensor, whatever is written into it.
import torch

def causal_mask(length):
    mask = torch.zeros(length, length)
    for i in range(length):
        mask[i, : i + 1] = True
    return mask
