# Wrong: distances beyond max_distance are not clipped.
import torch

def relative_position_index(query_length, key_length, max_distance):
    return torch.arange(key_length)[None, :] - torch.arange(query_length)[:, None] + max_distance
