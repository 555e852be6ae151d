# Wrong: the first half of the columns are sines, the second half cosines.
import math
import torch

def sinusoidal_encoding(length, d_model):
    half = (d_model + 1) // 2
    pe = torch.zeros(length, d_model)
    position = torch.arange(length).float().unsqueeze(1)
    div_term = torch.exp(torch.arange(half).float() * 2 * (-math.log(10000.0) / d_model))
    pe[:, :half] = torch.sin(position * div_term)
    pe[:, half:] = torch.cos(position * div_term[: d_model - half])
    return pe
