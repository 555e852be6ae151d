# Wrong: the inner loop stops one too early.
import torch

def causal_mask(length):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        for j in range(i):
            mask[i][j] = True
    return mask
