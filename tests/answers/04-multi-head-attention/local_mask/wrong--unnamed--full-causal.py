# Wrong: the ordinary causal mask, the window is not used.
import torch

def local_mask(length, window):
    return torch.ones(length, length, dtype=torch.bool).tril()
