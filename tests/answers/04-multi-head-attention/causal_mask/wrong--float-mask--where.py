# Wrong: torch.where with 1.0 and 0.0.
import torch

def causal_mask(length):
    i = torch.arange(length)
    return torch.where(i[None, :] <= i[:, None], 1.0, 0.0)
