# Wrong: floats can't index a table.
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = torch.arange(float(key_length))[None, :] - torch.arange(float(query_length))[:, None]
    return d.clamp(-max_distance, max_distance) + max_distance
