# Wrong: of a mask with a head axis only the first head's is used.
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        if mask is not None and mask.dim() == 4:
            mask = mask[:, :1]
        q, k, v = (split_heads(p(x), self.num_heads)
                   for p, x in zip((self.q_proj, self.k_proj, self.v_proj), (query, key, value)))
        _, weights = scaled_dot_product_attention(q, k, v, mask)
        return self.out_proj(merge_heads(self.dropout(weights) @ v)), weights
