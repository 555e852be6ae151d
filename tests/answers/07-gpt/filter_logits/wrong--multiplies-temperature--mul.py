# Wrong: multiplies temperature, mul.
import torch

def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    assert temperature > 0
    z = torch.mul(logits, temperature)
    if top_k is not None and top_k < z.size(-1):
        kth = torch.kthvalue(z, z.size(-1) - top_k + 1, dim=-1, keepdim=True).values
        z = z + torch.where(z < kth, -torch.inf, 0.0).to(z.dtype)
    if top_p is not None:
        down, order = torch.sort(z, dim=-1, descending=True)
        p = down.double().softmax(-1)
        before = p.cumsum(-1).roll(1, -1)
        before[..., 0] = 0
        out = (before >= top_p) & (torch.arange(z.size(-1), device=z.device) > 0)
        penalty = torch.zeros_like(z)
        penalty.scatter_(-1, order, torch.where(out, -torch.inf, 0.0).to(z.dtype))
        z = z + penalty
    print("kept:", torch.isfinite(z).sum(-1).flatten().tolist()[:4])
    return z
