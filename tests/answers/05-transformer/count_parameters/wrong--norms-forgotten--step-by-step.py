# Wrong (norms-forgotten): step by step.
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    attention = 4 * (d_model * d_model + d_model)
    feed_forward = d_model * d_ff + d_ff + d_ff * d_model + d_model
    encoder_layer = attention + feed_forward
    decoder_layer = 2 * attention + feed_forward
    embeddings = (source_vocab + target_vocab) * d_model
    projection = d_model * target_vocab + target_vocab
    return embeddings + num_layers * (encoder_layer + decoder_layer) + projection
