# Wrong: the loop forgets to add max_distance.
import torch

def relative_position_index(query_length, key_length, max_distance):
    out = torch.zeros(query_length, key_length, dtype=torch.long)
    for i in range(query_length):
        for j in range(key_length):
            out[i, j] = max(-max_distance, min(j - i, max_distance))
    return out
