# Right: cosines on the diagonal, sines above it and minus sines below it at every second place.
import torch

def shift_matrix(offset, d_model):
    omega = torch.exp(-torch.log(torch.tensor(10000.0, dtype=torch.float64)) * torch.arange(0, d_model, 2) / d_model)
    angle = offset * omega
    sines = torch.zeros(d_model - 1, dtype=torch.float64)
    sines[0::2] = angle.sin()
    M = torch.diag(angle.cos().repeat_interleave(2)) + torch.diag(sines, 1) - torch.diag(sines, -1)
    return M.to(torch.float32)
