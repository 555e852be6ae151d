# Wrong: shifted exponentials without the division.
import torch

def softmax(x, dim=-1):
    return torch.exp(x - x.max(dim=dim, keepdim=True).values)
