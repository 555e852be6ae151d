# Wrong: float32 logits.
import math

import torch
from torch import nn

from mine import causal_mask, combine_masks, padding_mask, sinusoidal_encoding


class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.dropout = nn.Dropout(dropout)
        self.d_model, self.pad_id = d_model, pad_id

    def _embed(self, ids, table):
        x = table(ids) * math.sqrt(self.d_model)
        x = x + sinusoidal_encoding(ids.shape[1], self.d_model).to(x)
        return self.dropout(x)

    def encode(self, source):
        mask = padding_mask(source, self.pad_id)
        return self.encoder(self._embed(source, self.source_embedding), mask), mask

    def decode(self, target, memory, mask):
        causal = causal_mask(target.shape[1]).to(target.device)
        self_mask = combine_masks(causal, padding_mask(target, self.pad_id))
        y = self.decoder(self._embed(target, self.target_embedding), memory, self_mask, mask)
        return self.projection(y).float()

    def forward(self, source, target):
        memory, mask = self.encode(source)
        return self.decode(target, memory, mask)
