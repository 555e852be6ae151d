# Wrong: the feed-forward block is taken to be four times as wide as the vectors.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    inner = 4 * hidden
    layer = 4 * (hidden**2 + hidden) + 2 * hidden * inner + inner + hidden + 4 * hidden
    return (vocab_size + max_length + segments) * hidden + 2 * hidden + layers * layer + hidden**2 + hidden
