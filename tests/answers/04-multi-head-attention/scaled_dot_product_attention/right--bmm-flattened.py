# Right: leading axes are flattened so that torch.bmm can be used, and folded back at the end.
import math
import torch
import torch.nn.functional as F

def _flatten(t):
    return t.reshape(-1, t.size(-2), t.size(-1))

def scaled_dot_product_attention(query, key, value, mask=None):
    batch_shape = list(query.shape[:-2])
    tq, tk = query.size(-2), key.size(-2)
    q, k, v = _flatten(query), _flatten(key), _flatten(value)
    scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.size(2))
    if mask is not None:
        mask = mask.expand(batch_shape + [tq, tk]).reshape(-1, tq, tk)
        scores.masked_fill_(mask.logical_not(), float("-inf"))
    weights = F.softmax(scores, dim=2)
    if mask is not None:
        weights = weights.masked_fill(~mask.any(dim=2, keepdim=True), 0)
    output = torch.bmm(weights, v)
    return output.reshape(batch_shape + [tq, v.size(2)]), weights.reshape(batch_shape + [tq, tk])
