# Right: cuts the features into pieces and stacks them on a new axis 1.
import torch

def split_heads(x, num_heads):
    if x.shape[-1] % num_heads:
        raise ValueError(f"{num_heads} heads do not divide {x.shape[-1]} features")
    return torch.stack(torch.chunk(x, num_heads, dim=-1), dim=1)
