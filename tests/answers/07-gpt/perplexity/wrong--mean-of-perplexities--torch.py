# Wrong: mean of perplexities, torch.
import torch

def perplexity(losses, counts):
    l = torch.tensor([float(x) for x in losses], dtype=torch.float64)
    c = torch.tensor([float(x) for x in counts], dtype=torch.float64)
    return l.exp().mean()
