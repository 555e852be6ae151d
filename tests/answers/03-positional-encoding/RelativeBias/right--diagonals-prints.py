# Right: the bias is constant along diagonals, so each row is a window into one long vector; prints its shape.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.max_distance = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        # distances from -(T_q - 1) to T_k - 1, one column each
        distances = torch.arange(1 - query_length, key_length)
        line = self.table(distances.clamp(-self.max_distance, self.max_distance) + self.max_distance).T
        print(line.shape)
        rows = [line[:, query_length - 1 - i: query_length - 1 - i + key_length] for i in range(query_length)]
        return torch.stack(rows, dim=1)
