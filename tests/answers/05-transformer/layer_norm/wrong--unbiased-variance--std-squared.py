# Wrong (unbiased-variance): std squared.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    s = torch.std(x, -1, keepdim=True)
    return (x - x.mean(-1, keepdim=True)) / (s ** 2 + eps) ** 0.5 * gamma + beta
