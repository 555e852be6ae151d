# Right: the addition theorems of sine and cosine, written out row by row.
import math
import torch

def shift_matrix(offset, d_model):
    rows = []
    for r in range(d_model):
        a = offset / 10000 ** ((r - r % 2) / d_model)
        row = [0.0] * d_model
        if r % 2 == 0:      # sin(x + a) = cos(a) sin(x) + sin(a) cos(x)
            row[r], row[r + 1] = math.cos(a), math.sin(a)
        else:               # cos(x + a) = cos(a) cos(x) - sin(a) sin(x)
            row[r], row[r - 1] = math.cos(a), -math.sin(a)
        rows.append(row)
    return torch.tensor(rows)
