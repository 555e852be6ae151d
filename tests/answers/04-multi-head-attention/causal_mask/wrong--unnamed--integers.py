# Wrong: zeros and ones as integers.
import torch

def causal_mask(length):
    return torch.ones(length, length, dtype=torch.long).tril()
