# Wrong: aligns the last query with the last key; here both count from 0.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = 2.0 ** (-8.0 * torch.arange(1, num_heads + 1) / num_heads)
    i = torch.arange(key_length - query_length, key_length)
    return -slopes[:, None, None] * (i[:, None] - torch.arange(key_length)[None, :]).abs()
