# Right: walks over the keys once with a running maximum and a running denominator, as in FlashAttention.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.matmul(query, key.transpose(-2, -1)) / key.size(-1) ** 0.5
    ok = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand(scores.shape)
    shape = scores.shape[:-1]
    best = torch.full(shape, torch.finfo(scores.dtype).min, dtype=scores.dtype, device=scores.device)
    total = torch.zeros(shape, dtype=scores.dtype, device=scores.device)
    acc = torch.zeros(*shape, value.size(-1), dtype=value.dtype, device=value.device)
    for j in range(key.size(-2)):
        s_j = torch.where(ok[..., j], scores[..., j], torch.finfo(scores.dtype).min)
        new = torch.maximum(best, s_j.detach())
        shrink = torch.exp(best - new)
        e = torch.where(ok[..., j], torch.exp(s_j - new), 0.0)
        total = total * shrink + e
        acc = acc * shrink[..., None] + e[..., None] * value[..., None, j, :]
        best = new
    safe = torch.where(total > 0, total, torch.ones_like(total))
    filled = torch.where(ok, scores, torch.finfo(scores.dtype).min)
    weights = torch.where(ok, torch.exp(filled - best[..., None]), 0.0) / safe[..., None]
    return acc / safe[..., None], weights
