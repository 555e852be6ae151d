# Right: warns when a mask has empty rows and checks its own work with an assert; the result is correct.
import math
import warnings
import torch

def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    assert key.shape[-2] == value.shape[-2], "one value per key"
    scores = torch.matmul(query, key.transpose(-2, -1)).mul(1 / math.sqrt(query.size(-1)))
    if mask is None:
        weights = scores.softmax(-1)
    else:
        empty = ~mask.any(-1, keepdim=True)
        if empty.any():
            warnings.warn("some queries have nothing to attend to")
        filled = scores.masked_fill(~mask, float("-inf")).masked_fill(empty, 0.0)
        weights = filled.softmax(-1).masked_fill(empty, 0.0)
    if dropout is not None:
        weights = dropout(weights)
    output = weights @ value
    assert output.shape[:-1] == query.shape[:-1]
    return output, weights
