# Wrong (cross-attention-forgotten): with its norm.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    total = 0
    for vocabulary in (source_vocab, target_vocab):
        total += vocabulary * d_model
    for attentions in (1, 1):
        for _ in range(num_layers):
            for _ in range(attentions):
                total += 4 * d_model * d_model
                total += 4 * d_model
            total += d_ff * (d_model + 1)
            total += d_model * (d_ff + 1)
            for _ in range(attentions + 1):
                total += 2 * d_model
    total += target_vocab * (d_model + 1)
    return total
