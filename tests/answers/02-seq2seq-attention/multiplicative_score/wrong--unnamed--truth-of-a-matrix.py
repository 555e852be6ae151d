# Wrong: "if W:" asks for the truth value of a matrix and raises.
import torch

def multiplicative_score(query, keys, W=None):
    if W:
        query = query @ W
    return torch.einsum("bd,btd->bt", query, keys)
