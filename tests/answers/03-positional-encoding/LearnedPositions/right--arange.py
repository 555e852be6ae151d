# Right: looks the positions 0 .. T-1 up and adds them.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.max_length = max_length
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        T = x.size(1)
        if T > self.max_length:
            raise ValueError(f"sequence of length {T} is longer than max_length={self.max_length}")
        positions = torch.arange(T, device=x.device)
        return x + self.embedding(positions)
