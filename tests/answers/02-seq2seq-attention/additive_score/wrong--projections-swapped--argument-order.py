# Wrong: the parameters W_q and W_k are declared the wrong way round.
import torch

def additive_score(query, keys, W_k, W_q, v):
    q = torch.nn.functional.linear(query, W_q)
    k = torch.nn.functional.linear(keys, W_k)
    return torch.einsum("bta,a->bt", torch.tanh(q[:, None] + k), v)
