# Right: appends one new token at a time, so that no mask is needed.
import torch

def cached_attention(attention, x_new, cache=None):
    B, T, D = x_new.shape
    H = attention.num_heads
    d = D // H
    outputs = []
    for t in range(T):
        x = x_new[:, t]
        q = attention.q_proj(x).reshape(B, H, 1, d)
        k = attention.k_proj(x).reshape(B, H, 1, d)
        v = attention.v_proj(x).reshape(B, H, 1, d)
        if cache is None:
            cache = (k, v)
        else:
            cache = (torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2))
        w = torch.softmax((q * cache[0]).sum(-1) / d ** 0.5, dim=-1)
        context = (w.unsqueeze(-1) * cache[1]).sum(2)
        outputs.append(attention.out_proj(context.reshape(B, D)))
    return torch.stack(outputs, dim=1), cache
