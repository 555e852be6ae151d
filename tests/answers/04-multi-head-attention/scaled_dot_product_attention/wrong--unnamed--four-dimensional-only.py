# Wrong: unpacks four axes, so (T, D) and (B, T, D) inputs crash.
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    B, H, T_q, d_k = query.shape
    s = torch.einsum("bhid,bhjd->bhij", query, key) / d_k ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    w = torch.softmax(s, dim=-1).nan_to_num()
    return torch.einsum("bhij,bhjd->bhid", w, value), w
