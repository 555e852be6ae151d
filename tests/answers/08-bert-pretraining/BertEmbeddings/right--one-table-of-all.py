# Right: the three tables stacked, as in the lesson's u W, and the norm written out.
import torch
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        self.token, self.position, self.segment = (nn.Embedding(n, d_model) for n in (vocab_size, max_length, num_segments))
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, segments):
        table = torch.cat([self.token.weight, self.position.weight, self.segment.weight])
        V, M = self.token.num_embeddings, self.position.num_embeddings
        where = torch.arange(ids.shape[1], device=ids.device).expand(ids.shape)
        rows = torch.stack([ids, where + V, segments + V + M], dim=-1)
        x = table[rows].sum(dim=-2)
        centred = x - x.mean(-1, keepdim=True)
        root = (centred.square().mean(-1, keepdim=True) + self.norm.eps).sqrt()
        return self.dropout(centred / root * self.norm.weight + self.norm.bias)
