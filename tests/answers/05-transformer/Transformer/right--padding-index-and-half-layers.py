# Right: padding index and half layers.
import torch
from torch import nn
from mine import sinusoidal_encoding


class _Inputs(nn.Module):
    """Scales and adds positions; has no parameters of its own."""

    def __init__(self, d_model, dropout):
        super().__init__()
        self.d_model = d_model
        self.dropout = nn.Dropout(dropout)

    def forward(self, vectors):
        positions = sinusoidal_encoding(vectors.size(1), self.d_model).type_as(vectors)
        return self.dropout(self.d_model ** 0.5 * vectors + positions)


class Transformer(nn.Module):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        padding = lambda size: pad_id if 0 <= pad_id < size else None
        self.source_embedding = nn.Embedding(source_vocab, d_model, padding_idx=padding(source_vocab))
        self.target_embedding = nn.Embedding(target_vocab, d_model, padding_idx=padding(target_vocab))
        self.inputs = _Inputs(d_model, dropout)
        stack = dict(num_layers=num_layers, d_model=d_model, num_heads=num_heads, d_ff=d_ff, dropout=dropout, pre_norm=pre_norm)
        self.encoder, self.decoder = Encoder(**stack), Decoder(**stack)
        self.projection = nn.Linear(d_model, target_vocab)
        self.register_buffer("pad_id", torch.tensor(pad_id))

    def encode(self, source):
        mask = (source != self.pad_id)[:, None, None]
        return self.encoder(self.inputs(self.source_embedding(source)), mask), mask

    def decode(self, target, memory, mask):
        square = target.new_ones(target.size(1), target.size(1)).tril().bool()
        own = torch.logical_and((target != self.pad_id)[:, None, None], square)
        return self.projection(self.decoder(self.inputs(self.target_embedding(target)), memory, own, mask))

    def forward(self, source, target):
        memory, mask = self.encode(source)
        print("memory", tuple(memory.shape), "mask", tuple(mask.shape))
        return self.decode(target, memory, mask)
