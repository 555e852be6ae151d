# Right: softmax by hand, the maximum subtracted.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    d_k = query.shape[-1]
    projected_key = torch.matmul(E_k, key)
    projected_value = torch.matmul(E_v, value)
    s = torch.matmul(query, projected_key.swapaxes(-1, -2)).div(d_k ** 0.5)
    s = s - s.amax(dim=-1, keepdim=True)
    e = s.exp()
    return torch.matmul(e, projected_value) / e.sum(dim=-1, keepdim=True)
