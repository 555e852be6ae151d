# Wrong: max_distance - clip(j - i) instead of max_distance + clip(j - i).
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.m = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        index = torch.zeros(query_length, key_length, dtype=torch.long)
        for i in range(query_length):
            for j in range(key_length):
                index[i, j] = self.m - max(-self.m, min(self.m, j - i))
        return self.table.weight.T[:, index]
