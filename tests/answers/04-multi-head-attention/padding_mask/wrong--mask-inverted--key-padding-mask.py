# Wrong: the convention of nn.MultiheadAttention's key_padding_mask, where True is ignored.
import torch

def padding_mask(ids, pad_id):
    key_padding_mask = torch.zeros_like(ids, dtype=torch.bool)
    key_padding_mask[ids == pad_id] = True
    return key_padding_mask[:, None, None, :]
