# Right: grows the mask row by row by recursion and reports on standard error.
import sys
import torch

def causal_mask(length):
    print("building a mask of", length, file=sys.stderr)
    if length == 1:
        return torch.tensor([[True]])
    smaller = causal_mask(length - 1)
    column = torch.zeros(length - 1, 1, dtype=torch.bool)
    last_row = torch.ones(1, length, dtype=torch.bool)
    return torch.cat([torch.cat([smaller, column], dim=1), last_row])
