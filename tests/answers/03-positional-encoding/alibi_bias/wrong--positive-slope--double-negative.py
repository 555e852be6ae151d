# Wrong: minus the slope times minus the distance.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = -torch.tensor([2 ** (-8 * (h + 1) / num_heads) for h in range(num_heads)])
    distance = -(torch.arange(key_length)[None, :] - torch.arange(query_length)[:, None]).abs().float()
    return torch.einsum("h,ij->hij", slopes, distance)
