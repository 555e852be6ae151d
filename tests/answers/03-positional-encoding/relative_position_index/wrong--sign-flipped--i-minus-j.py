# Wrong: query minus key.
import torch

def relative_position_index(query_length, key_length, max_distance):
    i = torch.arange(query_length)[:, None]
    j = torch.arange(key_length)[None, :]
    return (i - j).clamp(-max_distance, max_distance) + max_distance
