# Wrong: three axes only.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    B, T, D = x.shape
    mean = x.mean(2).view(B, T, 1)
    var = ((x - mean) ** 2).mean(2).view(B, T, 1)
    return (x - mean) / torch.sqrt(var + eps) * gamma.view(1, 1, D) + beta.view(1, 1, D)
