# Wrong (norms-forgotten): no norms anywhere.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    embeddings = (vocab_size + max_length + segments) * hidden
    attention = 4 * (hidden**2 + hidden)
    feed_forward = hidden * intermediate + intermediate + intermediate * hidden + hidden
    return embeddings + layers * (attention + feed_forward) + hidden**2 + hidden
