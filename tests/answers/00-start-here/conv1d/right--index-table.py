# Right: a table of indices start + offset, then an einsum; prints the table's shape.
import torch

def conv1d(x, kernel):
    starts = torch.arange(len(x) - len(kernel) + 1)
    offsets = torch.arange(len(kernel))
    table = starts[:, None] + offsets[None, :]
    print(table.shape)
    return torch.einsum("tk,k->t", x[table], kernel)
