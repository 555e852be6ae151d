# Wrong: the loop adds the penalty with a plus.
import torch

def alibi_bias(num_heads, query_length, key_length):
    bias = torch.zeros(num_heads, query_length, key_length)
    for h in range(1, num_heads + 1):
        for i in range(query_length):
            for j in range(key_length):
                bias[h - 1, i, j] += abs(i - j) / 2 ** (8 * h / num_heads)
    return bias
