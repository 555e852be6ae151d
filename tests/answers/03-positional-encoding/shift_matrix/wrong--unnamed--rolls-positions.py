# Wrong: a permutation that shifts components around, not positions.
import torch

def shift_matrix(offset, d_model):
    return torch.roll(torch.eye(d_model), offset, dims=0)
