# Right: sorted() picks the middle of three numbers; prints the table.
import torch

def relative_position_index(query_length, key_length, max_distance):
    rows = [[sorted((-max_distance, j - i, max_distance))[1] + max_distance for j in range(key_length)]
            for i in range(query_length)]
    print(rows)
    return torch.tensor(rows, dtype=torch.int64)
