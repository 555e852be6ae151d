# Wrong: mask blocks past, is causal.
import torch
import torch.nn.functional as F

def cached_attention(attention, x_new, cache=None):
    q, k, v = (p(x_new).unflatten(-1, (attention.num_heads, -1)).movedim(1, 2)
               for p in (attention.q_proj, attention.k_proj, attention.v_proj))
    if cache:
        k, v = (torch.cat(pair, dim=-2) for pair in zip(cache, (k, v)))
    T_new, T_all = q.shape[-2], k.shape[-2]
    mask = torch.ones(T_all, T_all, dtype=torch.bool, device=q.device).tril()[-T_new:]
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return attention.out_proj(out.movedim(1, 2).flatten(2)), (k, v)
