# Wrong: F.linear transposes the weight.
import torch
import torch.nn.functional as F

def multiplicative_score(query, keys, W=None):
    q = query if W is None else F.linear(query, W)
    return (keys * q[:, None]).sum(-1)
