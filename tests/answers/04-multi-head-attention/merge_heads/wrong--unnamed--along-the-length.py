# Wrong: the heads are concatenated along the sequence, (B, H*T, D/H).
import torch

def merge_heads(x):
    return torch.cat(x.unbind(1), dim=1)
