# Wrong: multiplies temperature, searchsorted.
import torch

def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    V = logits.size(-1)
    values, order = torch.sort(logits.mul(temperature), dim=-1, descending=True, stable=True)
    size = torch.full(values.shape[:-1] + (1,), V, device=logits.device)
    if top_k is not None:
        size = size.clamp(max=int(top_k))
    place = torch.arange(V, device=logits.device)
    if top_p is not None:
        mass = values.masked_fill(place >= size, -torch.inf).softmax(-1).cumsum(-1)
        goal = torch.full_like(mass[..., :1], top_p)
        size = torch.minimum(size, torch.searchsorted(mass, goal) + 1)
    values = values.masked_fill(place >= size, -torch.inf)
    return torch.gather(values, -1, order.argsort(-1))
