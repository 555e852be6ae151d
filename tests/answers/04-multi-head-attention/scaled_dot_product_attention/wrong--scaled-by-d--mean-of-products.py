# Wrong: the mean of the products stands where their sum over sqrt(d_k) should, i.e. a division by d_k.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = (query[..., :, None, :] * key[..., None, :, :]).mean(dim=-1)
    if mask is not None:
        alive = mask.any(-1, keepdim=True)
        scores = scores.masked_fill(~mask & alive, float("-inf"))
        w = scores.softmax(-1).masked_fill(~alive, 0.0)
    else:
        w = scores.softmax(-1)
    return w @ value, w
