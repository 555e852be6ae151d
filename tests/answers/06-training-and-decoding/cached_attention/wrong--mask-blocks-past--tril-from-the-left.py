# Wrong: mask blocks past, tril from the left.
import torch

def cached_attention(attention, x_new, cache=None):
    H, (B, T, D) = attention.num_heads, x_new.shape
    d = D // H
    Q, K, V = attention.q_proj(x_new), attention.k_proj(x_new), attention.v_proj(x_new)
    heads, all_k, all_v = [], [], []
    for h in range(H):
        part = slice(h * d, (h + 1) * d)
        q, k, v = Q[..., part], K[..., part], V[..., part]
        if cache is not None:
            k = torch.cat([cache[0][:, h], k], dim=1)
            v = torch.cat([cache[1][:, h], v], dim=1)
        allowed = torch.ones(T, k.shape[1], device=q.device).tril() > 0
        scores = torch.where(allowed, torch.bmm(q, k.mT) / d ** 0.5, torch.tensor(-torch.inf, dtype=q.dtype))
        heads.append(torch.bmm(torch.softmax(scores, -1), v))
        all_k.append(k)
        all_v.append(v)
    return attention.out_proj(torch.cat(heads, -1)), (torch.stack(all_k, 1), torch.stack(all_v, 1))
