# Wrong: torch.bmm and expand, which need exactly one leading axis.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    B = query.shape[0]
    k = torch.bmm(E_k.expand(B, -1, -1), key)
    v = torch.bmm(E_v.expand(B, -1, -1), value)
    return torch.bmm(torch.softmax(torch.bmm(query, k.transpose(1, 2)) / query.shape[-1] ** 0.5, -1), v)
