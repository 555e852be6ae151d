# Right: torch.split with the size of a head, then stack; the error of a bad size is its own.
import torch

def _check(width, heads):
    if width % heads:
        raise ValueError(f"width {width}, heads {heads}: the width must be a multiple of the number of heads")

def split_heads(x, num_heads):
    _check(x.shape[-1], num_heads)
    pieces = torch.split(x, x.shape[-1] // num_heads, dim=2)
    return torch.cat([piece.unsqueeze(1) for piece in pieces], dim=1)
