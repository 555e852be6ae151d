# Wrong: counts the queries so that the last query meets the last key.
import torch

def relative_position_index(query_length, key_length, max_distance):
    i = torch.arange(key_length - query_length, key_length)[:, None]
    return (torch.arange(key_length)[None, :] - i).clamp(-max_distance, max_distance) + max_distance
