# Right: built as a list of lists of Python booleans.
import torch

def causal_mask(length):
    rows = [[True] * (i + 1) + [False] * (length - i - 1) for i in range(length)]
    return torch.tensor(rows)
