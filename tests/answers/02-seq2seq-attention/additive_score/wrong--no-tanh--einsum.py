# Wrong: two linear maps and no nonlinearity between them.
import torch

def additive_score(query, keys, W_q, W_k, v):
    from_query = torch.einsum("a,ad,bd->b", v, W_q, query)
    from_keys = torch.einsum("a,ad,btd->bt", v, W_k, keys)
    return from_query[:, None] + from_keys
