# Wrong: the transpose, which steps back instead of forward.
import torch

def shift_matrix(offset, d_model):
    omega = 10000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    blocks = [torch.tensor([[torch.cos(a), torch.sin(a)], [-torch.sin(a), torch.cos(a)]]) for a in offset * omega]
    return torch.block_diag(*blocks).T.float()
