# Wrong (wrong-axis): first axis.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    var, mean = torch.var_mean(x, 0, correction=0)
    return (x - mean) * (var + eps).rsqrt() * gamma + beta
