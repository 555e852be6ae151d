# Right: multiplied out.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    d, f = hidden, intermediate
    return d * d * (4 * layers + 1) + d * (vocab_size + max_length + segments + 3 + 9 * layers) + layers * f * (2 * d + 1)
