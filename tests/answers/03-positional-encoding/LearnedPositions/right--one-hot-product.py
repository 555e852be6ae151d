# Right: a lookup as the product of a one-hot (here: identity) matrix and the table.
import torch
import torch.nn as nn

def check_length(length, limit):
    if length > limit:
        raise ValueError(f"length {length} exceeds {limit}")

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)
        self.extra_repr = lambda: f"max_length={max_length}"

    def forward(self, x):
        table = self.embedding.weight
        check_length(x.shape[1], table.shape[0])
        one_hot = torch.eye(table.shape[0], dtype=x.dtype, device=x.device)[: x.shape[1]]
        return x + one_hot @ table
