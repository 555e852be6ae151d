# Wrong (padding-leaks): all true in both stacks.
import torch
from torch import nn


class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.drop = nn.Dropout(dropout)
        self.pad_id = pad_id
        self.scale = d_model ** 0.5

    def _positions(self, length, like):
        d = like.shape[-1]
        steps = torch.arange(0, d, 2, device=like.device, dtype=torch.float64)
        angles = torch.arange(length, device=like.device, dtype=torch.float64)[:, None] * 10000.0 ** (-steps / d)
        table = torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
        return table[:, :d].to(like.dtype)

    def encode(self, source):
        mask = (source != self.pad_id)[:, None, None, :]
        x = self.source_embedding(source) * self.scale
        x = x + self._positions(source.shape[1], x)
        return self.encoder(self.drop(x), torch.ones_like(mask)), mask

    def decode(self, target, memory, mask):
        T = target.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool, device=target.device).tril()
        own = causal & (target != self.pad_id)[:, None, None, :]
        y = self.target_embedding(target) * self.scale
        y = y + self._positions(T, y)
        return self.projection(self.decoder(self.drop(y), memory, own, torch.ones_like(mask)))

    def forward(self, source, target):
        return self.decode(target, *self.encode(source))
