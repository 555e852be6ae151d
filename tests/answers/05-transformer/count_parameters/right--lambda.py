# Right: lambda.
count_parameters = lambda source_vocab, target_vocab, d_model, d_ff, num_layers: (
    (source_vocab + 2 * target_vocab) * d_model + target_vocab
    + num_layers * (12 * d_model**2 + 4 * d_model * d_ff + 24 * d_model + 2 * d_ff))
