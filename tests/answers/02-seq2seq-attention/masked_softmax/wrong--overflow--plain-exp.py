# Wrong: exponentials of the raw scores overflow beyond 700 (88 in float32).
import torch

def masked_softmax(scores, mask, dim=-1):
    e = torch.exp(scores)
    if mask is not None:
        e = e * mask
    total = e.sum(dim=dim, keepdim=True)
    return e / torch.where(total == 0, torch.ones_like(total), total)
