# Wrong: loops without a bound on the distance.
import torch

def relative_position_index(query_length, key_length, max_distance):
    return torch.tensor([[j - i + max_distance for j in range(key_length)] for i in range(query_length)])
