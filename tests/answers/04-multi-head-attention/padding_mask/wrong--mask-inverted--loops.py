# Wrong: the loop marks padding instead of tokens.
import torch

def padding_mask(ids, pad_id):
    B, T = ids.shape
    out = torch.full((B, 1, 1, T), False)
    for b in range(B):
        for t in range(T):
            if ids[b, t].item() == pad_id:
                out[b, :, :, t] = True
    return out
