# Right: torch's dot product in float64, a 0-d tensor.
import torch

def perplexity(losses, counts):
    l = torch.tensor([float(x) for x in losses], dtype=torch.float64)
    c = torch.tensor([float(x) for x in counts], dtype=torch.float64)
    return (torch.dot(l, c) / c.sum()).exp()
