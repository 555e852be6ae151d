# Right: a buffer of position ids, expanded to the batch, as in BERT's implementation.
import torch
from torch import nn

class LearnedPositions(nn.Module):
    def __init__(self, max_length, d_model):
        super().__init__()
        self.embedding = nn.Embedding(max_length, d_model)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.register_buffer("ids", torch.arange(max_length).unsqueeze(0), persistent=False)

    def forward(self, x):
        B, T, _ = x.shape
        if not T <= self.ids.shape[1]:
            raise ValueError("input has %d positions but max_length is %d" % (T, self.ids.shape[1]))
        return torch.add(x, self.embedding(self.ids[:, :T].expand(B, T)))
