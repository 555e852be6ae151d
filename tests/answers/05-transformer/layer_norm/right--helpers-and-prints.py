# Right: helpers and prints.
from torch import Tensor, sqrt

def _moments(x: Tensor):
    m1 = x.mean(-1)
    m2 = (x - m1.unsqueeze(-1)).pow(2).mean(-1)
    return m1, m2

def layer_norm(x, gamma, beta, eps=1e-5):
    mean, var = _moments(x)
    print("mean", tuple(mean.shape), "var", tuple(var.shape))
    out = x - mean.unsqueeze(-1)
    out = out / sqrt(var.unsqueeze(-1) + eps)
    out *= gamma
    out += beta
    return out
