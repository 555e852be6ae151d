# Right: the mask becomes a number added to the scores (0 or -1e9, far below any score), and empty rows are multiplied away.
import torch

NEG = -1e9

def scaled_dot_product_attention(query, key, value, mask=None):
    scale = torch.sqrt(torch.tensor(key.shape[-1], dtype=query.dtype, device=query.device))
    logits = query @ key.transpose(-1, -2) / scale
    if mask is not None:
        logits = logits + (1.0 - mask.to(logits.dtype)) * NEG
    attn = logits.softmax(-1)
    if mask is not None:
        attn = attn * mask
    return attn @ value, attn
