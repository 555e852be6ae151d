# Wrong: works out the number of the last axis and never looks at dim.
import torch

def softmax(x, dim=-1):
    last = x.dim() - 1
    top = torch.amax(x, dim=last, keepdim=True)
    p = torch.exp2((x - top) * 1.4426950408889634)
    return torch.div(p, torch.sum(p, last, keepdim=True))
