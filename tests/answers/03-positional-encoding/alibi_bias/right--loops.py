# Right: number by number.
import torch

def alibi_bias(num_heads, query_length, key_length):
    bias = torch.zeros(num_heads, query_length, key_length)
    for h in range(num_heads):
        slope = 2 ** (-8 * (h + 1) / num_heads)
        for i in range(query_length):
            for j in range(key_length):
                bias[h, i, j] = -slope * abs(i - j)
    return bias
