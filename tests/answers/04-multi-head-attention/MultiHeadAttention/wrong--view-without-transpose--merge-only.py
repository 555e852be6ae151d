# Wrong: splits properly, but the heads are reshaped back to (B, T, D) without a transpose.
import torch
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        H = self.num_heads
        q = split_heads(self.q_proj(query), H)
        k = split_heads(self.k_proj(key), H)
        v = split_heads(self.v_proj(value), H)
        weights = scaled_dot_product_attention(q, k, v, mask)[1]
        out = self.dropout(weights) @ v
        return self.out_proj(out.reshape(query.shape)), weights
