# Wrong (biases-forgotten): layers without bias.
from torch import nn


def _numel(module):
    return sum(p.numel() for p in module.parameters())


def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    linear = lambda a, b: _numel(nn.Linear(a, b, bias=False, device="meta"))
    norm = _numel(nn.LayerNorm(d_model, device="meta"))
    layers = num_layers * (12 * linear(d_model, d_model) + 2 * linear(d_model, d_ff) + 2 * linear(d_ff, d_model) + 5 * norm)
    return layers + (source_vocab + target_vocab) * d_model + linear(d_model, target_vocab)
