# Wrong (eps-outside-root): norm of the row.
import torch


def layer_norm(x, gamma, beta, eps=1e-5):
    c = x - x.mean(-1, keepdim=True)
    length = torch.linalg.vector_norm(c, dim=-1, keepdim=True) / x.size(-1) ** 0.5
    return torch.addcmul(beta, c / (eps + length), gamma)
