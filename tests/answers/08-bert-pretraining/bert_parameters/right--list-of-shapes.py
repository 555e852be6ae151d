# Right: all shapes in a list, multiplied and added.
import math

def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    D, F = hidden, intermediate
    square, norm = [(D, D), (D,)], [(D,), (D,)]
    outside = [(vocab_size, D), (max_length, D), (segments, D), *norm, *square]
    layer = 4 * square + [(F, D), (F,), (D, F), (D,)] + 2 * norm
    return sum(map(math.prod, outside + layers * layer))
