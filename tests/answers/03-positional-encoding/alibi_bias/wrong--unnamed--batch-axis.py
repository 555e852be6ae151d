# Wrong: (1, H, T_q, T_k).
import torch

def alibi_bias(num_heads, query_length, key_length):
    slopes = 2.0 ** (-8.0 * torch.arange(1, num_heads + 1) / num_heads)
    d = (torch.arange(query_length)[:, None] - torch.arange(key_length)[None, :]).abs()
    return (-slopes[:, None, None] * d)[None]
