# Right: the distance as the root of a square, signs kept in the slopes.
import math
import torch

def alibi_bias(num_heads, query_length, key_length):
    negative_slopes = torch.tensor([-math.pow(0.5, 8 * h / num_heads) for h in range(1, num_heads + 1)])
    difference = torch.arange(key_length).unsqueeze(0) - torch.arange(query_length).unsqueeze(1)
    distance = difference.pow(2).float().sqrt()
    return negative_slopes.view(-1, 1, 1) * distance.expand(num_heads, query_length, key_length)
