# Wrong: the 2x2 blocks, stacked as (D/2, 2, 2) instead of put into one matrix.
import torch

def shift_matrix(offset, d_model):
    a = offset * 10000.0 ** (-torch.arange(0, d_model, 2) / d_model)
    return torch.stack([torch.stack([a.cos(), a.sin()], -1), torch.stack([-a.sin(), a.cos()], -1)], 1)
