# Wrong (segment-missing): the sum with the segments is computed and thrown away.
import torch
import torch.nn.functional as F
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.p = dropout
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.segment = nn.Embedding(num_segments, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.token = nn.Embedding(vocab_size, d_model)

    def forward(self, ids, segments):
        x = self.position.weight[: ids.shape[1]] + self.token(ids)
        x.add(self.segment(segments))
        return F.dropout(self.norm(x), self.p, self.training)
