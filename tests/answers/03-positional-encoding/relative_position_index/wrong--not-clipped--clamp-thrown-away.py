# Wrong: clamp returns a new tensor, which is not kept.
import torch

def relative_position_index(query_length, key_length, max_distance):
    distance = torch.arange(key_length).view(1, -1) - torch.arange(query_length).view(-1, 1)
    distance.clamp(-max_distance, max_distance)
    return distance + max_distance
