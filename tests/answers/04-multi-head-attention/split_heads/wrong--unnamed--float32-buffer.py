# Wrong: a buffer without dtype, doubles come back as float32.
import torch

def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads:
        raise ValueError(f"{num_heads} does not divide {D}")
    d = D // num_heads
    out = torch.zeros(B, num_heads, T, d)
    for h in range(num_heads):
        out[:, h] = x[..., h * d:(h + 1) * d]
    return out
