# Wrong: minus one billion.
import torch

NEVER = -1e9

def only_top_k(z, k):
    V = z.shape[-1]
    if k >= V:
        return z
    values, where = torch.topk(z, k)
    return torch.full_like(z, NEVER).scatter(-1, where, values)

def only_nucleus(z, p):
    values, where = torch.topk(z, z.shape[-1], sorted=True)
    mass = torch.softmax(values, -1).cumsum(-1)
    needed = (mass < p).sum(-1, keepdim=True) + 1
    inside = torch.arange(z.shape[-1], device=z.device) < needed
    return torch.full_like(z, NEVER).scatter(-1, where, values.masked_fill(~inside, NEVER))

def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    z = logits / temperature
    z = z if top_k is None else only_top_k(z, top_k)
    return z if top_p is None else only_nucleus(z, top_p)
