# Right: the heads side by side.
import torch

def merge_heads(x):
    return torch.cat(torch.unbind(x, dim=1), dim=-1)
