# Wrong: the normalised values are computed and not kept.
import torch

def softmax(x, dim=-1):
    e = (x - x.max(dim, keepdim=True)[0]).exp()
    e.div(e.sum(dim, keepdim=True))
    return e
