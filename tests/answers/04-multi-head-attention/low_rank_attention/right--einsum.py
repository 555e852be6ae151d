# Right: everything as einsum.
import torch

def low_rank_attention(query, key, value, E_k, E_v):
    short_keys = torch.einsum("rt,...td->...rd", E_k, key)
    short_values = torch.einsum("rt,...td->...rd", E_v, value)
    logits = torch.einsum("...id,...rd->...ir", query, short_keys) * key.shape[-1] ** -0.5
    return torch.einsum("...ir,...rd->...id", logits.softmax(-1), short_values)
