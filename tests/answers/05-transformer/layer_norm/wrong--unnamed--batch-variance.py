# Wrong: batch variance.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    mean = x.mean(dim=-1, keepdim=True)
    variance = ((x - mean) ** 2).mean()
    return gamma * (x - mean) / torch.sqrt(variance + eps) + beta
