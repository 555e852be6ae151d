# Right: slopes times negative distances, by broadcasting.
import torch

def alibi_bias(num_heads, query_length, key_length):
    h = torch.arange(1, num_heads + 1)
    slopes = 2.0 ** (-8.0 * h / num_heads)
    i = torch.arange(query_length)[:, None]
    j = torch.arange(key_length)[None, :]
    return -slopes[:, None, None] * (i - j).abs()
