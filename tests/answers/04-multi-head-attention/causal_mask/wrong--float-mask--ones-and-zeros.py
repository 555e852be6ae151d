# Wrong: ones and zeros as floats, a boolean mask was asked for.
import torch

def causal_mask(length):
    return torch.tril(torch.ones(length, length))
