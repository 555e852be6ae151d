# Right: the whole thing in one expression with an inner lambda (unreadable, but it does what it must).
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    return (lambda w: (w @ value, w))((query @ key.mT / query.shape[-1] ** .5).masked_fill(torch.tensor(False) if mask is None else ~mask, -torch.inf).softmax(-1).nan_to_num())
