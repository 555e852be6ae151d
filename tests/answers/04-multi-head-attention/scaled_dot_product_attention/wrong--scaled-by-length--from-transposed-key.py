# Wrong: transposes the key first and then reads d_k off its last axis, which is now the length.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    key = key.transpose(-2, -1)
    d_k = key.shape[-1]
    scores = query @ key / d_k ** 0.5
    if mask is None:
        p_attn = F.softmax(scores, dim=-1)
    else:
        some = mask.any(-1, keepdim=True)
        p_attn = F.softmax(scores.masked_fill(~(mask | ~some), -float("inf")), dim=-1) * some
    return p_attn @ value, p_attn
