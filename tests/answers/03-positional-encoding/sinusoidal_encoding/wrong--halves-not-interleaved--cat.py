# Wrong: all sines, then all cosines.
import torch

def sinusoidal_encoding(length, d_model):
    omega = 10000 ** (-torch.arange(0, d_model, 2) / d_model)
    angle = torch.arange(length)[:, None] * omega
    return torch.cat([angle.sin(), angle.cos()[:, : d_model // 2]], dim=1)
