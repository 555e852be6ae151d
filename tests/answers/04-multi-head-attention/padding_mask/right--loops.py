# Right: asks token by token.
import torch

def padding_mask(ids, pad_id):
    B, T = ids.shape
    mask = torch.zeros(B, 1, 1, T, dtype=torch.bool, device=ids.device)
    for b in range(B):
        for t in range(T):
            mask[b, 0, 0, t] = bool(ids[b, t] != pad_id)
    return mask
