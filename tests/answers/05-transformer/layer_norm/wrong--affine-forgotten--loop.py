# Wrong (affine-forgotten): loop.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    out = []
    for row in x.reshape(-1, x.shape[-1]).unbind(0):
        row = row - row.mean()
        out.append(row / (row.pow(2).mean() + eps).sqrt())
    return torch.stack(out).reshape(x.shape)
