# Wrong: 2^-h, which is right for eight heads only.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = torch.tensor([1 / 2 ** h for h in range(1, num_heads + 1)])
    distance = torch.abs(torch.arange(query_length).unsqueeze(1) - torch.arange(key_length))
    return -torch.einsum("h,ij->hij", slopes, distance.float())
