# Right: W acts on the keys (F.linear multiplies with W's transpose from the right), then an elementwise product and a sum.
import torch
import torch.nn.functional as F

def multiplicative_score(query, keys, W=None):
    projected = keys if W is None else F.linear(keys, W)      # (B, T, D_q)
    return (query[:, None, :] * projected).sum(-1)
