# Right: number by number with math.sin and math.cos.
from math import sin, cos
import torch

def sinusoidal_encoding(length: int, d_model: int) -> torch.Tensor:
    rows = []
    for t in range(length):
        row = []
        for column in range(d_model):
            i = column // 2
            angle = t / (10000 ** (2 * i / d_model))
            row.append(cos(angle) if column % 2 else sin(angle))
        rows.append(row)
    return torch.tensor(rows, dtype=torch.float32)
