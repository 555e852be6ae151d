# Wrong: the einsum with v comes before the tanh.
import torch

def additive_score(query, keys, W_q, W_k, v):
    energy = torch.einsum("ad,bd->ba", W_q, query)[:, None] + torch.einsum("ad,btd->bta", W_k, keys)
    return torch.einsum("bta,a->bt", energy, v).tanh()
