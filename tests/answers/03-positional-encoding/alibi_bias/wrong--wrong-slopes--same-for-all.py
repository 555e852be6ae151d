# Wrong: every head has the slope 2^(-8/H).
import torch

def alibi_bias(num_heads, query_length, key_length):
    slope = 2 ** (-8 / num_heads)
    distance = (torch.arange(query_length)[:, None] - torch.arange(key_length)[None, :]).abs().float()
    return (-slope * distance).repeat(num_heads, 1, 1)
