# Wrong (times-heads): q k v per head.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    heads = 8
    one = d_model * d_model + d_model
    attention = 3 * heads * one + one
    feed_forward = d_model * d_ff + d_ff + d_ff * d_model + d_model
    norm = 2 * d_model
    encoder_layer = attention + feed_forward + 2 * norm
    decoder_layer = 2 * attention + feed_forward + 3 * norm
    embeddings = (source_vocab + target_vocab) * d_model
    projection = d_model * target_vocab + target_vocab
    return embeddings + num_layers * (encoder_layer + decoder_layer) + projection
