# Wrong: bytes.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    attention = 4 * (d_model * d_model + d_model)
    feed_forward = d_model * d_ff + d_ff + d_ff * d_model + d_model
    norm = 2 * d_model
    encoder_layer = attention + feed_forward + 2 * norm
    decoder_layer = 2 * attention + feed_forward + 3 * norm
    embeddings = (source_vocab + target_vocab) * d_model
    projection = d_model * target_vocab + target_vocab
    return 4 * (embeddings + num_layers * (encoder_layer + decoder_layer) + projection)
