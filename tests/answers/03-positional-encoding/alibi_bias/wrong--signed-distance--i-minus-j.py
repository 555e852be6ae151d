# Wrong: -slope·(i - j) without the absolute value rewards keys to the right.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = 2.0 ** (-8.0 * torch.arange(1, num_heads + 1) / num_heads)
    distance = torch.arange(query_length)[:, None] - torch.arange(key_length)[None, :]
    return -slopes[:, None, None] * distance
