# Wrong: library transformer.
import math

import torch
from torch import nn

from mine import padding_mask, sinusoidal_encoding


class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        model = nn.Transformer(d_model, num_heads, num_layers, num_layers, d_ff, dropout, batch_first=True, norm_first=pre_norm)
        self.encoder, self.decoder = model.encoder, model.decoder
        self.projection = nn.Linear(d_model, target_vocab)
        self.pad_id = pad_id

    def _embed(self, ids, table):
        x = table(ids) * math.sqrt(table.embedding_dim)
        return x + sinusoidal_encoding(ids.shape[1], table.embedding_dim).to(x)

    def encode(self, source):
        mask = padding_mask(source, self.pad_id)
        return self.encoder(self._embed(source, self.source_embedding), src_key_padding_mask=~mask[:, 0, 0]), mask

    def decode(self, target, memory, mask):
        later = torch.ones(target.size(1), target.size(1), dtype=torch.bool, device=target.device).triu(1)
        y = self.decoder(self._embed(target, self.target_embedding), memory, later, memory_key_padding_mask=~mask[:, 0, 0])
        return self.projection(y)

    def forward(self, source, target):
        return self.decode(target, *self.encode(source))
