# Right: pair by pair in a loop, concatenated at the end.
import torch

def apply_rotary(x, positions, base=10000.0):
    D = x.shape[-1]
    p = positions.to(x)
    columns = []
    for i in range(0, D, 2):
        a = p / base ** (i / D)
        u, v = x[..., i], x[..., i + 1]
        columns.append(torch.cos(a) * u - torch.sin(a) * v)
        columns.append(torch.sin(a) * u + torch.cos(a) * v)
    return torch.stack(columns, dim=-1)
