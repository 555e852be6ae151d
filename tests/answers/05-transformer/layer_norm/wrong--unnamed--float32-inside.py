# Wrong: float32 inside.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    y = x.float()
    var, mean = torch.var_mean(y, -1, correction=0, keepdim=True)
    return ((y - mean) * (var + eps).rsqrt()).to(x.dtype) * gamma + beta
