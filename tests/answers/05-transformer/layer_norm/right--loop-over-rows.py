# Right: loop over rows.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    rows = []
    for row in x.reshape(-1, x.size(-1)):
        m = sum(row) / len(row)
        v = sum((e - m) ** 2 for e in row) / len(row)
        rows.append((row - m) / (v + eps) ** 0.5 * gamma + beta)
    return torch.stack(rows).view(x.shape)
