# Wrong: 10000^(i/D) for pair i, the factor 2 is missing.
import torch

def sinusoidal_encoding(length, d_model):
    i = torch.arange((d_model + 1) // 2).float()
    angle = torch.arange(length).float()[:, None] / 10000 ** (i / d_model)
    pe = torch.zeros(length, d_model)
    pe[:, 0::2] = torch.sin(angle)
    pe[:, 1::2] = torch.cos(angle)[:, : d_model // 2]
    return pe
