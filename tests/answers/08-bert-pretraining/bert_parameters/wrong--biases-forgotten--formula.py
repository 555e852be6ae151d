# Wrong (biases-forgotten): linear maps without biases; norms are complete.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    norm = 2 * hidden
    embeddings = (vocab_size + max_length + segments) * hidden + norm
    layer = 4 * hidden**2 + 2 * hidden * intermediate + 2 * norm
    return embeddings + layers * layer + hidden**2
