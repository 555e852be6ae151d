# Wrong: -slope·(j - i), signed the other way.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = torch.tensor([2 ** (-8 * h / num_heads) for h in range(1, num_heads + 1)])
    difference = torch.arange(key_length).view(1, -1) - torch.arange(query_length).view(-1, 1)
    return torch.einsum("h,ij->hij", -slopes, difference.float())
