# Right: matrix product.
import numpy as np


def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    sizes = np.array([d_model * (d_model + 1), 2 * d_model * d_ff + d_model + d_ff, 2 * d_model], dtype=np.int64)
    layers = np.array([[4, 1, 2], [8, 1, 3]], dtype=np.int64)
    stacks = int((layers @ sizes).sum()) * num_layers
    return stacks + d_model * (source_vocab + target_vocab) + target_vocab * (d_model + 1)
