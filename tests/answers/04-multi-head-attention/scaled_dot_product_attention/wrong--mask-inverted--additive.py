# Wrong: adds the penalty where the mask is True instead of where it is False.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.mT / query.shape[-1] ** 0.5
    if mask is None:
        return scores.softmax(-1) @ value, scores.softmax(-1)
    penalty = mask.to(scores.dtype) * -1e20
    w = (scores + penalty).softmax(-1)
    w = w * (~mask).to(w.dtype)
    return w @ value, w
