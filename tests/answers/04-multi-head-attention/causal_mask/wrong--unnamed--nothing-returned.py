# Wrong: builds the mask and forgets to return it.
import torch

def causal_mask(length):
    mask = torch.ones(length, length, dtype=torch.bool).tril()
