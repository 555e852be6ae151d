# Right: log-weights are (shifted) scores minus their logsumexp; empty rows get harmless scores first and are zeroed at the end.
import torch
from math import log

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = (query @ key.transpose(-2, -1)) * torch.exp(torch.tensor(-0.5 * log(query.size(-1)), dtype=query.dtype))
    scores = scores - scores.amax(dim=-1, keepdim=True).detach()
    if mask is None:
        log_w = scores - torch.logsumexp(scores, dim=-1, keepdim=True)
        w = log_w.exp()
        return w @ value, w
    full = torch.broadcast_to(mask, scores.shape)
    some = full.any(dim=-1, keepdim=True)
    scores = scores.masked_fill(some & ~full, -float("inf"))
    log_w = scores - torch.logsumexp(scores, dim=-1, keepdim=True)
    w = log_w.exp().masked_fill(~full, 0.0)
    return w @ value, w
