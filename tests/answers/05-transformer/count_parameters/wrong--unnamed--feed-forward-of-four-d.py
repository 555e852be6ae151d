# Wrong: feed forward of four d.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    attention = 4 * (d_model * d_model + d_model)
    feed_forward = 8 * d_model * d_model + 5 * d_model
    norm = 2 * d_model
    encoder_layer = attention + feed_forward + 2 * norm
    decoder_layer = 2 * attention + feed_forward + 3 * norm
    embeddings = (source_vocab + target_vocab) * d_model
    projection = d_model * target_vocab + target_vocab
    return embeddings + num_layers * (encoder_layer + decoder_layer) + projection
