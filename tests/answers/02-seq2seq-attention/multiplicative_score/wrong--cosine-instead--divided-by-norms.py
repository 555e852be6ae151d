# Wrong: divides by the product of the norms.
import torch

def multiplicative_score(query, keys, W=None):
    q = query if W is None else torch.matmul(query, W)
    dot = (keys * q[:, None, :]).sum(dim=-1)
    return dot / (keys.norm(dim=-1) * q.norm(dim=-1, keepdim=True))
