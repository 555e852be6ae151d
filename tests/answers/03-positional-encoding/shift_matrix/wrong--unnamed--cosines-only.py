# Wrong: the sines beside the diagonal are missing.
import torch

def shift_matrix(offset, d_model):
    omega = 10000.0 ** (-torch.arange(0, d_model, 2) / d_model)
    return torch.diag((offset * omega).cos().repeat_interleave(2))
