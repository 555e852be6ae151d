# Wrong: the logarithm comes after the sum has overflowed.
import torch

def softmax(x, dim=-1):
    log_total = torch.log(torch.exp(x).sum(dim=dim, keepdim=True))
    return torch.exp(x - log_total)
