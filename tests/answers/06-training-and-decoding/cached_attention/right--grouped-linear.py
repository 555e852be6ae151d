# Right: one matrix product for query, key and value, and the mask as a comparison of cumulative positions.
import torch
import torch.nn.functional as F

def cached_attention(attention, x_new, cache=None):
    projections = (attention.q_proj, attention.k_proj, attention.v_proj)
    weight = torch.cat([p.weight for p in projections])
    bias = torch.cat([p.bias for p in projections])
    B, T, D = x_new.shape
    packed = F.linear(x_new, weight, bias).reshape(B, T, 3, attention.num_heads, D // attention.num_heads)
    q, k, v = packed.permute(2, 0, 3, 1, 4)
    cache = (k, v) if cache is None else tuple(torch.cat([old, new], dim=2) for old, new in zip(cache, (k, v)))
    k, v = cache
    position = torch.ones(k.shape[2], device=x_new.device).cumsum(0)
    visible = position[None, :] <= position[-T:, None]
    scores = torch.einsum("bhqd,bhkd->bhqk", q, k) * q.shape[-1] ** -0.5
    scores = scores - scores.masked_fill(~visible, -torch.inf).amax(-1, keepdim=True).detach()
    weights = torch.where(visible, scores.clamp(max=0).exp(), torch.zeros_like(scores))
    weights = weights / weights.sum(-1, keepdim=True)
    return attention.out_proj((weights @ v).permute(0, 2, 1, 3).reshape(B, T, D)), cache
