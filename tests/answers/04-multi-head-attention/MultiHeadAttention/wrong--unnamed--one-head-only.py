# Wrong: attention over the full width, as if there were one head, and its weights copied for each head.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        q, k, v = self.q_proj(query)[:, None], self.k_proj(key)[:, None], self.v_proj(value)[:, None]
        _, weights = scaled_dot_product_attention(q, k, v, None if mask is None else mask[..., :1, :, :] if mask.dim() > 2 else mask)
        out = (self.dropout(weights) @ v).squeeze(1)
        return self.out_proj(out), weights.repeat(1, self.num_heads, 1, 1)
