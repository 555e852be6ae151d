# Wrong: the steepest slope goes to the last head.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = torch.tensor([2 ** (-8 * h / num_heads) for h in range(num_heads, 0, -1)])
    distance = (torch.arange(query_length)[:, None] - torch.arange(key_length)[None, :]).abs()
    return -slopes.view(-1, 1, 1) * distance
