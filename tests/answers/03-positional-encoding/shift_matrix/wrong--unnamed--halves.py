# Wrong: fits an encoding with sines in the first and cosines in the second half.
import torch

def shift_matrix(offset, d_model):
    a = offset * 10000.0 ** (-torch.arange(0, d_model, 2) / d_model)
    c, s = torch.diag(a.cos()), torch.diag(a.sin())
    return torch.cat([torch.cat([c, s], 1), torch.cat([-s, c], 1)])
