# Wrong (wrong-axis): over all numbers.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    c = x - x.mean()
    return gamma * c / torch.sqrt((c * c).mean() + eps) + beta
