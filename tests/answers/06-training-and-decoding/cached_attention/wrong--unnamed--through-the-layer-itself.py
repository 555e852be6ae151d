# Wrong: through the layer itself.
import torch
from mine import causal_mask, split_heads

def cached_attention(attention, x_new, cache=None):
    output, _ = attention(x_new, x_new, x_new, causal_mask(x_new.shape[1]).to(x_new.device))
    k, v = (split_heads(p(x_new), attention.num_heads) for p in (attention.k_proj, attention.v_proj))
    if cache is not None:
        k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
    return output, (k, v)
