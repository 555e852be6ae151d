# Wrong (pooler-forgotten): a list of shapes without the pooler's.
import math

def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    D, F = hidden, intermediate
    outside = [(vocab_size, D), (max_length, D), (segments, D), (2, D)]
    layer = 4 * [(D, D), (D,)] + [(F, D), (F,), (D, F), (D,)] + 2 * [(2, D)]
    return sum(math.prod(shape) for shape in outside + layers * layer)
