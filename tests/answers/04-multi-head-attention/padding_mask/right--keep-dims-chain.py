# Right: exclusive or of "is pad" with True, then the axes moved in.
import torch

def padding_mask(ids, pad_id):
    mask = (ids == pad_id) ^ True
    mask = mask.unsqueeze(-1).unsqueeze(-1)      # (B, T, 1, 1)
    return mask.permute(0, 2, 3, 1)              # (B, 1, 1, T)
