# Wrong: subtracts the clipped distance from max_distance instead of adding it.
import torch

def relative_position_index(query_length, key_length, max_distance):
    d = torch.arange(key_length) - torch.arange(query_length).unsqueeze(1)
    return max_distance - torch.clip(d, -max_distance, max_distance)
