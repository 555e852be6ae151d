# Right: positions kept as a buffer, a stacked sum.
import torch
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.segment = nn.Embedding(num_segments, d_model)
        self.register_buffer("positions", torch.arange(max_length)[None])
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, ids, segments):
        here = self.positions[:, : ids.size(1)].expand_as(ids)
        parts = [self.token(ids), self.position(here), self.segment(segments)]
        return self.drop(self.norm(torch.stack(parts).sum(dim=0)))
