# Wrong: < where <= is needed.
import torch

def causal_mask(length):
    t = torch.arange(length)
    return t[None, :] < t[:, None]
