# Right: one slice per head, written into an empty tensor.
import torch

def split_heads(x, num_heads):
    B, T, D = x.shape
    if D % num_heads != 0:
        raise ValueError(f"num_heads ({num_heads}) must divide the number of features ({D})")
    d = D // num_heads
    out = torch.empty(B, num_heads, T, d, dtype=x.dtype, device=x.device)
    for h in range(num_heads):
        out[:, h] = x[:, :, h * d:(h + 1) * d]
    return out
