# Wrong: takes d_k from the scores' last axis, which is the key length.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.einsum("...id,...jd->...ij", query, key)
    d = scores.shape[-1]
    scores = scores * d ** -0.5
    if mask is None:
        return scores.softmax(-1) @ value, scores.softmax(-1)
    w = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(-1).masked_fill(~mask, 0)
    return w @ value, w
