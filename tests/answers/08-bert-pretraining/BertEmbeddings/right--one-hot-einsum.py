# Right: lookups as products with one-hot vectors.
import torch
import torch.nn.functional as F
from torch import nn

class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size, max_length, d_model, dropout=0.0, num_segments=2):
        super().__init__()
        for name, rows in dict(token=vocab_size, position=max_length, segment=num_segments).items():
            setattr(self, name, nn.Embedding(rows, d_model))
        self.norm = nn.LayerNorm(d_model, 1e-12)
        self.p = dropout

    def forward(self, ids, segments):
        def look_up(table, index):
            hot = F.one_hot(index, table.num_embeddings).to(table.weight.dtype)
            return torch.einsum("btv,vd->btd", hot, table.weight)
        x = look_up(self.token, ids) + look_up(self.segment, segments) + self.position.weight[: ids.shape[1]]
        return F.dropout(self.norm(x), self.p, self.training)
