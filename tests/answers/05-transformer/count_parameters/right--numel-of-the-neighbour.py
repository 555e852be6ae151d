# Right: numel of the neighbour.
import torch


def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    with torch.device("meta"):
        model = Transformer(source_vocab, target_vocab, d_model, 1, d_ff, num_layers)
    return sum(p.numel() for p in model.parameters())
