# Wrong: a fresh random table in every forward pass.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.max_length, self.d_model = max_length, d_model
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        if x.shape[1] > self.max_length:
            raise ValueError(f"length {x.shape[1]} too long for {self.max_length}")
        table = nn.Embedding(self.max_length, self.d_model).to(x.dtype)
        return x + table(torch.arange(x.shape[1]))
