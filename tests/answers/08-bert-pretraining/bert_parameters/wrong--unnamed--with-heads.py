# Wrong: the heads are counted, too.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    embeddings = (vocab_size + max_length + segments) * hidden + 2 * hidden
    layer = 4 * (hidden**2 + hidden) + 2 * hidden * intermediate + intermediate + hidden + 4 * hidden
    pooler = hidden**2 + hidden
    heads = hidden**2 + hidden + 2 * hidden + vocab_size + 2 * hidden + 2
    return embeddings + layers * layer + pooler + heads
