# Wrong: statistics detached.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    mean = x.detach().mean(dim=-1, keepdim=True)
    variance = x.detach().var(dim=-1, keepdim=True, unbiased=False)
    return gamma * (x - mean) / torch.sqrt(variance + eps) + beta
