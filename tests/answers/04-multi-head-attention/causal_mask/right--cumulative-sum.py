# Right: the running sum of an identity matrix along each row is 1 from the diagonal on, and the transpose turns it below.
import torch

def causal_mask(length):
    return torch.eye(length).cumsum(dim=1).T.contiguous() > 0.5
