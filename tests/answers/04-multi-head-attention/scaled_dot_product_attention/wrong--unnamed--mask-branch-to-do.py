# Wrong: works without a mask, the branch with a mask was never written.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    if mask is not None:
        raise NotImplementedError("masks come later")
    w = torch.softmax(query @ key.transpose(-2, -1) / query.size(-1) ** 0.5, dim=-1)
    return w @ value, w
