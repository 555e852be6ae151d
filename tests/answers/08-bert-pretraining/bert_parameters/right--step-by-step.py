# Right: part by part, the layers in a loop.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    total = vocab_size * hidden
    total += max_length * hidden
    total += segments * hidden
    total += hidden + hidden
    for _ in range(layers):
        for _ in ("query", "key", "value", "output"):
            total += hidden * hidden + hidden
        total += hidden + hidden
        total += hidden * intermediate + intermediate
        total += intermediate * hidden + hidden
        total += hidden + hidden
    total += hidden * hidden + hidden
    return total
