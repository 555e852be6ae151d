# Wrong: the einsum puts keys before queries.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.max_distance = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)

    def forward(self, query_length, key_length):
        index = torch.tensor([[max(-self.max_distance, min(self.max_distance, j - i)) + self.max_distance
                               for j in range(key_length)] for i in range(query_length)])
        return torch.einsum("qkh->hkq", self.table(index))
