# Right: position by position, put together at the end; a base class makes the tables.
import torch
from torch import nn

class Tables(nn.Module):
    def __init__(self, sizes, d_model):
        super().__init__()
        for name, size in sizes:
            self.add_module(name, nn.Embedding(size, d_model))

class BertEmbeddings(Tables):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__([("token", vocab_size), ("position", max_length), ("segment", num_segments)], d_model)
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.after = nn.Dropout(dropout)

    def forward(self, ids, segments):
        columns = []
        for t in range(ids.shape[1]):
            x = self.token(ids[:, t]) + self.segment(segments[:, t]) + self.position.weight[t]
            columns.append(self.norm(x))
        return self.after(torch.stack(columns, dim=1))
