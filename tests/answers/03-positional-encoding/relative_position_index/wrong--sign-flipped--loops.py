# Wrong: the loop subtracts the key from the query.
import torch

def relative_position_index(query_length, key_length, max_distance):
    index = torch.zeros(query_length, key_length, dtype=torch.long)
    for i in range(query_length):
        for j in range(key_length):
            index[i, j] = max(-max_distance, min(max_distance, i - j)) + max_distance
    return index
