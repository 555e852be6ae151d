# Right: one einsum for each of the two forms.
import torch

def multiplicative_score(query, keys, W=None):
    if W is None:
        return torch.einsum("bd,btd->bt", query, keys)
    return torch.einsum("bd,de,bte->bt", query, W, keys)
