# Right: growing buffer.
import torch
from torch import nn

def _table(length, width):
    t = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    column = torch.arange(width, dtype=torch.float64)
    angle = t / torch.pow(torch.tensor(10000.0, dtype=torch.float64), 2 * (column // 2) / width)
    return torch.where(column % 2 == 0, angle.sin(), angle.cos())

class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.d_model, self.pad = d_model, pad_id
        self.register_buffer("positions", _table(16, d_model), persistent=False)

    def _embed(self, table, ids):
        while self.positions.shape[0] < ids.shape[1]:
            self.positions = _table(2 * self.positions.shape[0], self.d_model).to(self.positions)
        x = table(ids).mul(self.d_model ** 0.5)
        return x + self.positions[:ids.shape[1]].to(x)

    def encode(self, source):
        mask = torch.ne(source, self.pad)
        mask = mask.view(mask.shape[0], 1, 1, -1)
        return self.encoder(self._embed(self.source_embedding, source), mask), mask

    def decode(self, target, memory, mask):
        B, T = target.shape
        allowed = torch.zeros(B, 1, T, T, dtype=torch.bool, device=target.device)
        for i in range(T):
            allowed[:, 0, i, : i + 1] = target[:, : i + 1] != self.pad
        return self.projection(self.decoder(self._embed(self.target_embedding, target), memory, allowed, mask))

    def forward(self, source, target):
        return self.decode(target, *self.encode(source))
