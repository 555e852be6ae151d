# Wrong: 10000^(j/D) with j the column, so a cosine has not the frequency of its sine.
import math
import torch

def sinusoidal_encoding(length, d_model):
    pe = torch.zeros(length, d_model)
    for t in range(length):
        for j in range(d_model):
            angle = t / 10000 ** (j / d_model)
            pe[t, j] = math.sin(angle) if j % 2 == 0 else math.cos(angle)
    return pe
