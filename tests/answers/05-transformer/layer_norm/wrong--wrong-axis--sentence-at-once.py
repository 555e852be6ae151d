# Wrong (wrong-axis): sentence at once.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    axes = (-2, -1)
    mu = torch.mean(x, axes, keepdim=True)
    sigma2 = torch.mean((x - mu) ** 2, axes, keepdim=True)
    return torch.addcmul(beta, (x - mu) / (sigma2 + eps) ** 0.5, gamma)
