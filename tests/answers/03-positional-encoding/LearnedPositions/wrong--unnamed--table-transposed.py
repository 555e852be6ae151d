# Wrong: the sizes of the table are exchanged.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.max_length = max_length
        self.embedding = nn.Embedding(d_model, max_length)

    def forward(self, x):
        if x.shape[1] > self.max_length:
            raise ValueError(f"length {x.shape[1]} too long for {self.max_length}")
        return x + self.embedding.weight.T[: x.shape[1]]
