# Wrong: table of the first length.
import torch
import torch.nn.functional as F
from torch import nn
from mine import sinusoidal_encoding


class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.pad_id = pad_id
        self.p = dropout
        self._tables = {}

    def _table(self, length, x):
        key = (x.dtype, x.device)
        if key not in self._tables:
            self._tables[key] = sinusoidal_encoding(length, x.shape[-1]).to(device=x.device, dtype=x.dtype)
        return self._tables[key]

    def _enter(self, ids, weight):
        x = F.embedding(ids, weight)
        x = torch.add(self._table(ids.size(1), x), x, alpha=weight.size(1) ** 0.5)
        return F.dropout(x, self.p, self.training)

    def _real(self, ids):
        return ids.ne(self.pad_id).unsqueeze(1).unsqueeze(1)

    def encode(self, source):
        mask = self._real(source)
        memory = self.encoder(self._enter(source, self.source_embedding.weight), mask=mask)
        return memory, mask

    def decode(self, target, memory, mask):
        i = torch.arange(target.size(1), device=target.device)
        self_mask = self._real(target) & (i[:, None] >= i[None, :])
        y = self._enter(target, self.target_embedding.weight)
        y = self.decoder(y, memory, self_mask=self_mask, memory_mask=mask)
        return F.linear(y, self.projection.weight, self.projection.bias)

    def forward(self, source, target):
        memory, mask = self.encode(source)
        logits = self.decode(target, memory, mask)
        return logits
