# Right: loops over every query and every key it may see; slow but correct, a query without keys is skipped and stays zero.
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    lead = query.shape[:-2]
    T_q, d_k = query.shape[-2:]
    T_k, d_v = value.shape[-2:]
    q = query.reshape(-1, T_q, d_k)
    k = key.reshape(-1, T_k, d_k)
    v = value.reshape(-1, T_k, d_v)
    if mask is None:
        m = torch.ones(q.shape[0], T_q, T_k, dtype=torch.bool, device=query.device)
    else:
        m = mask.expand(*lead, T_q, T_k).reshape(-1, T_q, T_k)

    outputs, all_weights = [], []
    for n in range(q.shape[0]):
        for i in range(T_q):
            allowed = [j for j in range(T_k) if m[n, i, j]]
            nothing = 0 * (q[n, i] * k[n, 0]).sum()  # a zero that stays attached to the graph
            row = [nothing] * T_k
            if allowed:
                s = torch.stack([(q[n, i] * k[n, j]).sum() / math.sqrt(d_k) for j in allowed])
                e = torch.exp(s - s.max())
                p = e / e.sum()
                for a, j in zip(p, allowed):
                    row[j] = a
            w = torch.stack(row)
            all_weights.append(w)
            outputs.append((w[:, None] * v[n]).sum(dim=0))
    output = torch.stack(outputs).reshape(*lead, T_q, d_v)
    weights = torch.stack(all_weights).reshape(*lead, T_q, T_k)
    return output, weights
