# Right: stacks one (1, 1, T) mask per sentence and refuses ids of the wrong rank.
import torch

def padding_mask(ids, pad_id):
    if ids.dim() != 2:
        raise ValueError(f"ids must be (B, T), got {tuple(ids.shape)}")
    return torch.stack([(sentence != pad_id).reshape(1, 1, -1) for sentence in ids])
