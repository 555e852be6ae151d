# Right: exp of score minus logsumexp over the visible ones; empty slices are given harmless scores and zeroed.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return torch.exp(torch.log_softmax(scores, dim=dim))
    full = torch.broadcast_to(mask, scores.size())
    alive = full.any(dim=dim, keepdim=True)
    safe = torch.where(full, scores, -float("inf"))
    safe = torch.where(alive, safe, torch.zeros_like(safe))
    return torch.log_softmax(safe, dim).exp() * alive
