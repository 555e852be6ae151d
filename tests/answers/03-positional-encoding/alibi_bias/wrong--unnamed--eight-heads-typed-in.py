# Wrong: the slopes of eight heads, typed in.
import torch

SLOPES = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625]

def alibi_bias(num_heads, query_length, key_length):
    d = (torch.arange(query_length)[:, None] - torch.arange(key_length)[None, :]).abs()
    return -torch.tensor(SLOPES[:num_heads]).view(-1, 1, 1) * d
