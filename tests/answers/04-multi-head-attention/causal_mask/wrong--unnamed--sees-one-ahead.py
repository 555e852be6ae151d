# Wrong: diagonal=1 lets each position see its successor.
import torch

def causal_mask(length):
    return torch.ones(length, length).tril(diagonal=1).bool()
