# Wrong: unpacks the value's shape and takes its last number for d_k.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    *_, length, depth = value.shape
    logits = torch.einsum("...id,...jd->...ij", query, key) * depth ** -0.5
    if mask is None:
        attention = torch.softmax(logits, -1)
    else:
        attention = torch.softmax(logits + (~mask) * -1e20, -1) * mask
    return attention @ value, attention
