# Right: einsum throughout.
import torch

def additive_score(query, keys, W_q, W_k, v):
    hidden = torch.einsum("ad,bd->ba", W_q, query)[:, None, :] + torch.einsum("ad,btd->bta", W_k, keys)
    return torch.einsum("a,bta->bt", v, hidden.tanh())
