# Wrong: the values are projected from the keys, which only shows when key and value differ.
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        q = split_heads(self.q_proj(query), self.num_heads)
        k, v = split_heads(self.k_proj(key), self.num_heads), split_heads(self.v_proj(key), self.num_heads)
        _, weights = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(merge_heads(self.dropout(weights) @ v)), weights
