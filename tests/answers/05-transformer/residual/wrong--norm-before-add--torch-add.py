# Wrong (norm-before-add): torch add.
import torch

def residual(x, sublayer, norm, pre_norm=False):
    change = sublayer(norm(x)) if pre_norm else sublayer(x)
    if not pre_norm:
        change = norm(change)
    return torch.add(x, change)
