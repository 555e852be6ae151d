# Wrong: no scale at all.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    k = torch.einsum("rt,...td->...rd", E_k, key)
    v = torch.einsum("rt,...td->...rd", E_v, value)
    return torch.einsum("...id,...rd->...ir", query, k).softmax(-1) @ v
