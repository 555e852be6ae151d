# Wrong: one wrong letter, the projection sums over the feature axis d.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k = torch.einsum("rd,...td->...tr", E_k, key)
    v = torch.einsum("rd,...td->...tr", E_v, value)
    s = query @ k.mT * query.shape[-1] ** -0.5
    return s.softmax(-1) @ v
