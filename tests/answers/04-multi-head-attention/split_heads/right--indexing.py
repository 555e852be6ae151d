# Right: gathers the features of each head by an index table.
import torch

def split_heads(x, num_heads):
    D = x.size(-1)
    if D % num_heads > 0:
        raise ValueError(f"H={num_heads} does not divide D={D}")
    columns = torch.arange(D, device=x.device).view(num_heads, D // num_heads)
    return x[:, :, columns].permute(0, 2, 1, 3)
