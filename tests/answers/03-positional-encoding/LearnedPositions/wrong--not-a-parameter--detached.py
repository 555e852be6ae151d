# Wrong: the table is a parameter, but only its detached values are added, so it gets no gradient.
import torch
import torch.nn as nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)

    def forward(self, x):
        T = x.shape[1]
        if T > self.embedding.num_embeddings:
            raise ValueError(f"length {T} > {self.embedding.num_embeddings}")
        return x + self.embedding.weight.data[:T]
