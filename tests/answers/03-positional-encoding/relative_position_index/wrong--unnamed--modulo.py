# Wrong: wraps around instead of clipping.
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = torch.arange(key_length)[None, :] - torch.arange(query_length)[:, None]
    return (d + max_distance) % (2 * max_distance + 1)
