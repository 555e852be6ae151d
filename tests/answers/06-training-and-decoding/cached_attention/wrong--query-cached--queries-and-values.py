# Wrong: query cached, queries and values.
import torch
from mine import causal_mask, merge_heads, scaled_dot_product_attention, split_heads

def cached_attention(attention, x_new, cache=None):
    query = split_heads(attention.q_proj(x_new), attention.num_heads)
    keys = split_heads(attention.k_proj(x_new), attention.num_heads)
    values = split_heads(attention.v_proj(x_new), attention.num_heads)
    past = query
    if cache is not None:
        past = torch.cat((cache[0], query), 2)
        keys = torch.cat((cache[0], keys), 2)
        values = torch.cat((cache[1], values), 2)
    mask = causal_mask(keys.shape[2])[keys.shape[2] - x_new.shape[1]:].to(x_new.device)
    output, _ = scaled_dot_product_attention(query, keys, values, mask)
    return attention.out_proj(merge_heads(output)), (past, values)
