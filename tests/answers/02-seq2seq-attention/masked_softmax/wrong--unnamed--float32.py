# Wrong: returns float32 for double scores.
import torch

def masked_softmax(scores, mask, dim=-1):
    if mask is None:
        return torch.softmax(scores, dim, dtype=torch.float32)
    s = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(s, dim, dtype=torch.float32).nan_to_num(0.0)
