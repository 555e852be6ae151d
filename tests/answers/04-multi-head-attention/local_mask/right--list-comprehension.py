# Right: a nested list made into a tensor, printed as 0 and 1.
import torch

def local_mask(length, window):
    mask = torch.tensor([[-window <= i - j <= window for j in range(length)] for i in range(length)])
    print(mask.int())
    return mask
