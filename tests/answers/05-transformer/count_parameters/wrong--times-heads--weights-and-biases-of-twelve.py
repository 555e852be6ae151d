# Wrong (times-heads): weights and biases of twelve.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    h = 12
    attentions = 3 * num_layers * h * 4 * d_model * (d_model + 1)
    rest = num_layers * (4 * d_model * d_ff + 2 * d_ff + 2 * d_model + 10 * d_model)
    return attentions + rest + (source_vocab + 2 * target_vocab) * d_model + target_vocab
