# Wrong: compares as booleans and then converts to float.
import torch

def causal_mask(length):
    t = torch.arange(length)
    return (t.view(1, -1) <= t.view(-1, 1)).float()
