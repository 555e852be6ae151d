# Wrong: t + 1 in the angle.
import math
import torch

def sinusoidal_encoding(length, d_model):
    def angle(t, j):
        return (t + 1) / 10000 ** (2 * (j // 2) / d_model)
    return torch.tensor([[math.cos(angle(t, j)) if j % 2 else math.sin(angle(t, j)) for j in range(d_model)]
                         for t in range(length)])
