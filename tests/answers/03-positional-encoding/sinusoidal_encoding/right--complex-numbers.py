# Right: real and imaginary part of exp(i·angle), imaginary (sine) first.
import torch

def sinusoidal_encoding(length, d_model):
    pairs = -(-d_model // 2)
    omega = torch.pow(10000.0, -torch.arange(pairs, dtype=torch.float64) * 2 / d_model)
    angle = torch.arange(length, dtype=torch.float64).unsqueeze(-1) * omega
    z = torch.view_as_real(torch.polar(torch.ones_like(angle), angle))
    return z.flip(-1).reshape(length, 2 * pairs)[:, :d_model].float().contiguous()
