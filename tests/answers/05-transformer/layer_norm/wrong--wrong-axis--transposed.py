# Wrong (wrong-axis): transposed.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    y = x.transpose(-1, -2)
    c = y - y.mean(-1, keepdim=True)
    c = c / (c.pow(2).mean(-1, keepdim=True) + eps).sqrt()
    return c.transpose(-1, -2) * gamma + beta
