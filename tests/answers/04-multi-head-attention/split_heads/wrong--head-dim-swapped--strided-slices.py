# Wrong: head h takes features h, h+H, h+2H, ... instead of a block.
import torch

def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError(f"{num_heads} heads, {x.shape[-1]} features")
    return torch.stack([x[..., h::num_heads] for h in range(num_heads)], dim=1)
