# Right: F.linear for all three maps, typed.
import torch
import torch.nn.functional as F
from torch import Tensor

def additive_score(query: Tensor, keys: Tensor, W_q: Tensor, W_k: Tensor, v: Tensor) -> Tensor:
    """e_t = v^T tanh(W_q q + W_k k_t), Bahdanau et al. 2015."""
    energy = torch.tanh(F.linear(query, W_q)[:, None] + F.linear(keys, W_k))
    return F.linear(energy, v[None]).squeeze(-1)
