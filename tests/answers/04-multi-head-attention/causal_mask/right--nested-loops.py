# Right: fills the matrix entry by entry.
import torch

def causal_mask(length):
    mask = torch.zeros((length, length), dtype=torch.bool)
    for query in range(length):
        for key in range(length):
            if key <= query:
                mask[query, key] = True
    return mask
