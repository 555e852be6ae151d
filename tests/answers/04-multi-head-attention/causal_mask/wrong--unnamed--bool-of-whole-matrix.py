# Wrong: one truth value instead of a matrix of them.
import torch

def causal_mask(length):
    return torch.ones(length, length).tril().bool().any()
