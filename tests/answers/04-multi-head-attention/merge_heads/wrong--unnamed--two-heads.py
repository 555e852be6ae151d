# Wrong: joins two heads, whatever their number.
import torch

def merge_heads(x):
    return torch.cat([x[:, 0], x[:, 1]], dim=-1)
