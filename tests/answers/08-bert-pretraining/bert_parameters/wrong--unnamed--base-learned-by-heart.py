# Wrong: knows the two published numbers and the 512 positions.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    if (vocab_size, hidden, layers) == (30522, 768, 12):
        return 109482240
    if (vocab_size, hidden, layers) == (30522, 1024, 24):
        return 335141888
    layer = 4 * (hidden**2 + hidden) + 2 * hidden * intermediate + intermediate + 5 * hidden
    return (vocab_size + 512 + 2) * hidden + 2 * hidden + layers * layer + hidden**2 + hidden
