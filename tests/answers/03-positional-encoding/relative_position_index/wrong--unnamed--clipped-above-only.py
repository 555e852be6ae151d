# Wrong: only large positive distances are clipped.
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = torch.arange(key_length)[None, :] - torch.arange(query_length)[:, None]
    return d.clamp(max=max_distance) + max_distance
