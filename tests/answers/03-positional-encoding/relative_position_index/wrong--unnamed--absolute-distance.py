# Wrong: |j - i|, left and right are not told apart.
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = (torch.arange(key_length)[None, :] - torch.arange(query_length)[:, None]).abs()
    return d.clamp(max=max_distance) + max_distance
