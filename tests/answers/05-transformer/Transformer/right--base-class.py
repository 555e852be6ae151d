# Right: base class.
from torch import nn
from mine import causal_mask, combine_masks, padding_mask, sinusoidal_encoding

class _EncoderDecoder(nn.Module):
    """The flow of data; what the parts are, a subclass says."""

    def forward(self, source, target):
        memory, mask = self.encode(source)
        return self.decode(target, memory, mask)

    def encode(self, source):
        mask = self.real(source)
        return self.encoder(self.vectors("source", source), mask), mask

    def decode(self, target, memory, mask):
        look_back = combine_masks(None, causal_mask(target.shape[-1]).to(target.device), self.real(target))
        return self.projection(self.decoder(self.vectors("target", target), memory, look_back, mask))

class Transformer(_EncoderDecoder):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, dropout=0.0, pad_id=0, pre_norm=False):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.real = lambda ids: padding_mask(ids, pad_id)
        self.drop = nn.Dropout(dropout)

    def vectors(self, side, ids):
        embedding = getattr(self, side + "_embedding")
        width = embedding.embedding_dim
        x = embedding(ids).div(width ** -0.5)
        return self.drop(x.add(sinusoidal_encoding(ids.shape[-1], width).to(x)))
