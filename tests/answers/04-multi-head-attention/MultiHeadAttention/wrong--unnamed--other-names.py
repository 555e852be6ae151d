# Wrong: the sub-modules have other names, so no weights can be copied into them.
from torch import nn

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, dropout=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.W_q, self.W_k, self.W_v, self.W_o = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key, value, mask=None):
        q, k, v = (split_heads(p(x), self.num_heads) for p, x in zip((self.W_q, self.W_k, self.W_v), (query, key, value)))
        _, weights = scaled_dot_product_attention(q, k, v, mask)
        return self.W_o(merge_heads(self.dropout(weights) @ v)), weights
