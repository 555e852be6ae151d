# Right: a query at i may see a key at j when j <= i, compared by broadcasting two ranges.
import torch

def causal_mask(length):
    i = torch.arange(length).unsqueeze(1)
    j = torch.arange(length).unsqueeze(0)
    return j <= i
