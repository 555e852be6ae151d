# Right: no sorting: a token's rank and the mass before it come from comparisons with all others.
import torch

def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    z = logits / temperature
    V = z.shape[-1]
    index = torch.arange(V, device=z.device)
    a, b = z.unsqueeze(-1), z.unsqueeze(-2)
    ahead = (b > a) | ((b == a) & (index[None, :] < index[:, None]))
    keep = torch.ones_like(z, dtype=torch.bool)
    if top_k is not None:
        keep = ahead.sum(-1) < top_k
    if top_p is not None:
        p = z.masked_fill(~keep, -torch.inf).softmax(-1)
        mass_ahead = (ahead.to(p.dtype) * p.unsqueeze(-2)).sum(-1)
        keep = keep & ((mass_ahead < top_p) | ~ahead.any(-1))
    return z.masked_fill(~keep, -torch.inf)
