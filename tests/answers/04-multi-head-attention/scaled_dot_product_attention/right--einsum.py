# Right: both products as einsum, the softmax kept alive on empty rows by a large negative number and zeroed afterwards.
import torch
import torch.nn.functional as F


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.einsum("...id,...jd->...ij", query, key) * query.shape[-1] ** -0.5
    if mask is None:
        weights = F.softmax(scores, dim=-1)
    else:
        lowest = torch.finfo(scores.dtype).min
        weights = F.softmax(torch.where(mask, scores, torch.full_like(scores, lowest)), dim=-1)
        weights = weights * mask.to(weights.dtype)
    return torch.einsum("...ij,...jd->...id", weights, value), weights
