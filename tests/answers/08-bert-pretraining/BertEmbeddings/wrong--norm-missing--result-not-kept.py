# Wrong (norm-missing): the normed sum is not kept.
import torch
import torch.nn.functional as F
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_length, d_model)
        self.segment = nn.Embedding(num_segments, d_model)
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.p = dropout

    def forward(self, ids, segments):
        total = sum([F.embedding(ids, self.token.weight), F.embedding(segments, self.segment.weight)])
        total = total + self.position.weight[: ids.shape[-1]][None]
        self.norm(total)
        return F.dropout(total, p=self.p, training=self.training)
