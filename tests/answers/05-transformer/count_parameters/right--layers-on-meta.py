# Right: layers on meta.
from torch import nn


def _numel(module):
    return sum(p.numel() for p in module.parameters())


def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    linear = lambda a, b: _numel(nn.Linear(a, b, device="meta"))
    table = lambda v: _numel(nn.Embedding(v, d_model, device="meta"))
    norm = _numel(nn.LayerNorm(d_model, device="meta"))
    block = 4 * linear(d_model, d_model) + norm
    mlp = linear(d_model, d_ff) + linear(d_ff, d_model) + norm
    return table(source_vocab) + table(target_vocab) + linear(d_model, target_vocab) + num_layers * (3 * block + 2 * mlp)
