# Right: indexes the transposed weight, so that heads come first by themselves.
import torch
import torch.nn as nn

class RelativeBias(nn.Module):
    def __init__(self, num_heads, max_distance):
        super().__init__()
        self.m = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)
        nn.init.zeros_(self.table.weight)

    def forward(self, T_q, T_k):
        rows = torch.arange(T_q).unsqueeze(1)
        cols = torch.arange(T_k).unsqueeze(0)
        index = torch.clip(cols - rows + self.m, 0, 2 * self.m)
        return self.table.weight.t()[:, index]
