# Wrong: eps of another size.
import torch


def layer_norm(x, gamma, beta, eps=1e-2):
    mean = x.mean(dim=-1, keepdim=True)
    variance = x.var(dim=-1, keepdim=True, unbiased=False)
    return gamma * (x - mean) / torch.sqrt(variance + eps) + beta
