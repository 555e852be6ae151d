# Wrong (eps-outside-root): operator precedence.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    variance, mean = torch.var_mean(x, -1, correction=0, keepdim=True)
    root = variance ** 0.5 + eps
    return (x - mean) * root.reciprocal() * gamma + beta
