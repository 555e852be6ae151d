# Wrong: h starts at 0, the first head gets slope 1.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = 2.0 ** (-8.0 * torch.arange(num_heads) / num_heads)
    distance = (torch.arange(query_length)[:, None] - torch.arange(key_length)[None, :]).abs()
    return -slopes[:, None, None] * distance
