# Right: lets torch complain about the sizes and turns its RuntimeError into a ValueError.
import torch

def split_heads(x, num_heads):
    try:
        y = x.reshape(x.shape[0], x.shape[1], num_heads, -1)
    except RuntimeError:
        y = None
    if y is None or x.shape[2] % num_heads:
        raise ValueError(f"x has {x.shape[2]} features, which {num_heads} heads cannot share evenly") from None
    return torch.movedim(y, 2, 1)
