# Wrong: fills zeros into the weights after the softmax; the hidden keys have already taken their share.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    w = F.softmax(torch.einsum("...id,...jd->...ij", query, key) / query.shape[-1] ** 0.5, dim=-1)
    if mask is not None:
        w = w.masked_fill(~mask, 0.0)
    return torch.einsum("...ij,...jd->...id", w, value), w
