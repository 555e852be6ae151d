# Wrong: the two weight matrices are exchanged in the einsums.
import torch

def additive_score(query, keys, W_q, W_k, v):
    x = torch.einsum("ad,bd->ba", W_k, query)[:, None] + torch.einsum("ad,btd->bta", W_q, keys)
    return x.tanh().matmul(v)
