# Wrong: the scale is computed and then forgotten.
import math
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    d_k = query.size(-1)
    scale = 1.0 / math.sqrt(d_k)
    scores = torch.einsum("...qd,...kd->...qk", query, key)
    if mask is None:
        w = F.softmax(scores, -1)
    else:
        w = F.softmax(scores.masked_fill(~mask, -1e30), -1) * mask
    return torch.einsum("...qk,...kd->...qd", w, value), w
