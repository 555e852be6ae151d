# Wrong: the same forbidden call, its name put together at run time.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    attend = getattr(torch.nn.functional, "scaled_dot_" + "product_attention")
    eye = torch.eye(key.size(-2), dtype=value.dtype).expand(*key.shape[:-1], key.size(-2))
    weights = attend(query, key, eye, attn_mask=mask)
    return weights @ value, weights
