# Right: angles in double precision, the result in x's dtype; checks its input and prints the angles' shape.
import math
import torch

def apply_rotary(x, positions, base=10000.0):
    if x.shape[-1] % 2:
        raise ValueError(f"an even number of features is needed, got {x.shape[-1]}")
    rate = math.log(base) / x.shape[-1]
    theta = torch.exp(-rate * torch.arange(0, x.shape[-1], 2, dtype=torch.float64))
    angle = positions.double().reshape(-1, 1) * theta
    print(angle.shape)
    c, s = angle.cos(), angle.sin()
    R = torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2)     # (T, D/2, 2, 2)
    y = R @ x.double().unflatten(-1, (-1, 2)).unsqueeze(-1)
    return y.squeeze(-1).flatten(-2).to(x.dtype)
