# Wrong (affine-forgotten): result not kept.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    var, mean = torch.var_mean(x, -1, correction=0, keepdim=True)
    normed = (x - mean) / (var + eps).sqrt()
    normed.mul(gamma).add(beta)
    return normed
