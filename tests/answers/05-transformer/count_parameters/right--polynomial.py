# Right: polynomial.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    D, F, N = d_model, d_ff, num_layers
    weights = N * (12 * D * D + 4 * D * F)
    biases = N * (12 * D + 2 * F + 2 * D)
    norms = N * 5 * 2 * D
    return weights + biases + norms + source_vocab * D + target_vocab * (2 * D + 1)
