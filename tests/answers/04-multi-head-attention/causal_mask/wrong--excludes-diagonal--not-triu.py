# Wrong: triu without diagonal=1 contains the diagonal, so its complement does not.
import torch

def causal_mask(length):
    return ~torch.triu(torch.ones(length, length)).bool()
