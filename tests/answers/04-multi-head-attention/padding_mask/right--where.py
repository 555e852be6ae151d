# Right: torch.where picks True for real tokens.
import torch

def padding_mask(ids, pad_id):
    yes = torch.ones_like(ids, dtype=torch.bool)
    no = torch.zeros_like(ids, dtype=torch.bool)
    return torch.where(ids == pad_id, no, yes).reshape(ids.shape[0], 1, 1, ids.shape[1])
