# Right: one sentence at a time.
import torch
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

    def _vectors(self, ids, table):
        rows = []
        for sentence in ids:
            row = torch.stack([table.weight[token] for token in sentence]) * table.embedding_dim ** 0.5
            rows.append(row + sinusoidal_encoding(len(sentence), table.embedding_dim).to(row))
        return torch.stack(rows)

    def encode(self, source):
        mask = torch.stack([(sentence != self.pad_id).reshape(1, 1, -1) for sentence in source])
        x = self._vectors(source, self.source_embedding)
        return torch.cat([self.encoder(x[i : i + 1], mask[i : i + 1]) for i in range(len(x))]), mask

    def decode(self, target, memory, mask):
        y = self._vectors(target, self.target_embedding)
        order = torch.arange(target.shape[1], device=target.device)
        logits = []
        for i in range(len(y)):
            own = (order[None, :] <= order[:, None]) & (target[i] != self.pad_id)[None, :]
            logits.append(self.projection(self.decoder(y[i : i + 1], memory[i : i + 1], own, mask[i : i + 1])))
        return torch.cat(logits)

    def forward(self, source, target):
        return self.decode(target, *self.encode(source))
