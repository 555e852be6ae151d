# Right: stacks numbers of the table head by head, query by query, key by key.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.num_heads, self.max_distance = num_heads, max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        w, m = self.table.weight, self.max_distance
        return torch.stack([
            torch.stack([
                torch.stack([w[min(max(j - i, -m), m) + m, h] for j in range(key_length)])
                for i in range(query_length)])
            for h in range(self.num_heads)])
