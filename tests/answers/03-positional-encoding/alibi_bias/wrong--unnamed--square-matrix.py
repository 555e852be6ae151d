# Wrong: uses the query length for the keys too.
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = 2.0 ** (-8.0 * torch.arange(1, num_heads + 1) / num_heads)
    t = torch.arange(query_length)
    return -slopes[:, None, None] * (t[:, None] - t[None, :]).abs()
