# Wrong: the norms of the layers are there, the embeddings' is not.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    embeddings = (vocab_size + max_length + segments) * hidden
    attention = 4 * (hidden**2 + hidden)
    feed_forward = 2 * hidden * intermediate + intermediate + hidden
    return embeddings + layers * (attention + feed_forward + 4 * hidden) + hidden**2 + hidden
