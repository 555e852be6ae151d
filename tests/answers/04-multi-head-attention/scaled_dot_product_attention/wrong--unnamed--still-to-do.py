# Wrong: something is returned, but only as a placeholder of the right shapes.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    # TODO: real scores
    weights = torch.full((*query.shape[:-1], key.shape[-2]), 1.0 / key.shape[-2], dtype=query.dtype)
    return weights @ value, weights
