# Wrong: the output comes from the library function that the exercise forbids; only the weights are the student's own.
import torch
import torch.nn.functional as F

def scaled_dot_product_attention(query, key, value, mask=None):
    output = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    s = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    return output, torch.softmax(s, dim=-1).nan_to_num()
