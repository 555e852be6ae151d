# Wrong (concatenated): the three vectors stand side by side, under a norm of three times the width.
import torch
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.segment = nn.Embedding(num_segments, d_model)
        self.norm = nn.LayerNorm(3 * d_model, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, segments):
        positions = torch.arange(ids.size(1), device=ids.device).expand_as(ids)
        x = torch.cat([self.token(ids), self.position(positions), self.segment(segments)], dim=-1)
        return self.dropout(self.norm(x))
