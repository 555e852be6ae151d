# Wrong: a buffer is saved with the model but no optimizer sees it.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.register_buffer("embedding", torch.randn(max_length, d_model) * 0.02)

    def forward(self, x):
        T = x.shape[1]
        if T > self.embedding.shape[0]:
            raise ValueError(f"length {T} > {self.embedding.shape[0]}")
        return x + self.embedding[:T]
