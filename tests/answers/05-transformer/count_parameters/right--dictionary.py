# Right: dictionary.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    parts = {
        "source_embedding": source_vocab * d_model,
        "target_embedding": target_vocab * d_model,
        "self_attention": 2 * num_layers * (4 * d_model * (d_model + 1)),
        "cross_attention": num_layers * (4 * d_model * (d_model + 1)),
        "feed_forward": 2 * num_layers * (2 * d_model * d_ff + d_ff + d_model),
        "norms": num_layers * (2 + 3) * 2 * d_model,
        "projection": (d_model + 1) * target_vocab,
    }
    for name, count in parts.items():
        print(f"{name:>20} {count:>14,}")
    return sum(parts.values())
