# Wrong (cross-attention-forgotten): helper.
def _linear(n_in, n_out):
    return n_in * n_out + n_out


def _attention(d):
    return 4 * _linear(d, d)


def _feed_forward(d, f):
    return _linear(d, f) + _linear(f, d)


def _norm(d):
    return d + d


def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    encoder = _attention(d_model) + _feed_forward(d_model, d_ff) + 2 * _norm(d_model)
    decoder = _attention(d_model) + _feed_forward(d_model, d_ff) + 3 * _norm(d_model)
    tables = source_vocab * d_model + target_vocab * d_model
    return tables + num_layers * encoder + num_layers * decoder + _linear(d_model, target_vocab)
