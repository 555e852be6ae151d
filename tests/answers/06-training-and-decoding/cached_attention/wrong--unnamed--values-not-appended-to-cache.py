# Wrong: values not appended to cache.
import math
import torch


def cached_attention(attention, x_new, cache=None):
    B, T, D = x_new.shape
    H = attention.num_heads

    def heads(x):
        return x.view(B, T, H, D // H).transpose(1, 2)

    q, k, v = heads(attention.q_proj(x_new)), heads(attention.k_proj(x_new)), heads(attention.v_proj(x_new))
    past, new_v = 0, v
    if cache is not None:
        past = cache[0].size(2)
        k = torch.cat([cache[0], k], dim=2)
        v = torch.cat([cache[1], v], dim=2)
    i = torch.arange(past, past + T, device=x_new.device)[:, None]
    j = torch.arange(past + T, device=x_new.device)[None, :]
    scores = q @ k.transpose(-2, -1) / math.sqrt(D // H)
    weights = scores.masked_fill(j > i, float("-inf")).softmax(dim=-1)
    out = (weights @ v).transpose(1, 2).reshape(B, T, D)
    return attention.out_proj(out), (k, new_v)
