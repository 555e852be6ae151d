# Wrong: the loop writes sin at i and cos at i + D/2.
import math
import torch

def sinusoidal_encoding(length, d_model):
    half = (d_model + 1) // 2
    pe = torch.zeros(length, d_model)
    for t in range(length):
        for i in range(half):
            angle = t / 10000 ** (2 * i / d_model)
            pe[t, i] = math.sin(angle)
            if half + i < d_model:
                pe[t, half + i] = math.cos(angle)
    return pe
