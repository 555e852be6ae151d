# Wrong: a Kronecker product of the identity with one rotation.
import torch

def shift_matrix(offset, d_model):
    a = torch.tensor(float(offset), dtype=torch.float64)
    R = torch.stack([torch.stack([a.cos(), a.sin()]), torch.stack([-a.sin(), a.cos()])])
    return torch.kron(torch.eye(d_model // 2, dtype=torch.float64), R).float()
