# Right: adds up the shifted diagonals.
import torch

def local_mask(length, window):
    total = torch.zeros(length, length)
    for k in range(-window, window + 1):
        if abs(k) < length:
            total += torch.diag(torch.ones(length - abs(k)), diagonal=k)
    return total.bool()
