# Wrong: unpacks two axes, vectors and three-dimensional tensors crash.
import torch

def softmax(x, dim=-1):
    rows, columns = x.shape
    e = torch.exp(x - x.max(dim=dim, keepdim=True).values)
    return e / e.sum(dim=dim, keepdim=True)
