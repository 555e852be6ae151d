# Right: a sum of Kronecker products, one frequency's selector with its rotation; prints the angles.
import math
import torch

def shift_matrix(offset, d_model):
    pairs = d_model // 2
    total = torch.zeros(d_model, d_model)
    for i, selector in enumerate(torch.eye(pairs)):
        a = offset * math.pow(10000, -2 * i / d_model)
        print(i, a)
        R = torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
        total = total + torch.kron(torch.diag(selector), R)
    return total
