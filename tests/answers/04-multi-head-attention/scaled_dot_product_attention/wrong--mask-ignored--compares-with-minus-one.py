# Wrong: looks for mask == -1, which a boolean mask never is.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.einsum("...id,...jd->...ij", query, key) * query.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(mask.long() == -1, float("-inf"))
    attn = F.softmax(scores, dim=-1)
    return torch.einsum("...ij,...jd->...id", attn, value), attn
