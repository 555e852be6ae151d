# Wrong: the convention of nn.Transformer, where True marks the future that is hidden.
import torch

def causal_mask(length):
    return torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)
