# Wrong (norms-forgotten): shapes.
from math import prod


def _shapes(v_s, v_t, d, f, n):
    yield from ((v_s, d), (v_t, d), (v_t, d), (v_t,))
    for block in ["self"] * n + ["self", "cross"] * n:
        yield from ((d, d), (d,)) * 4
    for _ in range(2 * n):
        yield from ((f, d), (f,), (d, f), (d,))


def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    return sum(prod(shape) for shape in _shapes(source_vocab, target_vocab, d_model, d_ff, num_layers))
