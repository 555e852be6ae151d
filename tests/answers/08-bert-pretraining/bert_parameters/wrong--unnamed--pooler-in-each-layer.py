# Wrong: the pooler is counted for each layer.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    embeddings = (vocab_size + max_length + segments) * hidden + 2 * hidden
    layer = 5 * (hidden**2 + hidden) + 2 * hidden * intermediate + intermediate + hidden + 4 * hidden
    return embeddings + layers * layer
