# Wrong: crashes without W.
import torch

def multiplicative_score(query, keys, W=None):
    return torch.einsum("bd,de,bte->bt", query, W, keys)
