# Wrong (biases-forgotten): polynomial.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    D, F, N = d_model, d_ff, num_layers
    weights = N * (12 * D * D + 4 * D * F)
    norms = N * 5 * 2 * D
    return weights + norms + source_vocab * D + target_vocab * 2 * D
